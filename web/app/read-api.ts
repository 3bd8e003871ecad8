// The read functions that loaders call: the same answers the public API gives. The server fills them (server/read/api.ts).
export type { Draft, MethodAnswer, NameableHolder, ReadApi, UploadState } from '@naru/server/read/api.ts'
