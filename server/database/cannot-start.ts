// The sentence an operator reads when the program cannot start: what is wrong and what to do.

/** Thrown on the way up only. The message is complete and is printed without a stack; `cause` keeps the original. */
export class CannotStart extends Error {
  override name = 'CannotStart'
}

const bySystemCode: Record<string, (path: string) => string> = {
  ENOSPC: (path) =>
    `There is no space left where ${path} lies. Free some space, or choose another place with NARU_DATA=<folder>.`,
  EDQUOT: (path) => `The disk quota for ${path} is used up. Free some space, or choose another place with NARU_DATA.`,
  EACCES: (path) =>
    `Naru may not write to ${path}. Give yourself the folder (sudo chown -R "$USER" ${path}), or choose another with NARU_DATA=<folder>.`,
  EPERM: (path) =>
    `Naru may not change ${path}. Give yourself the folder (sudo chown -R "$USER" ${path}), or choose another with NARU_DATA=<folder>.`,
  EROFS: (path) => `${path} is on a read-only disk. Choose another place with NARU_DATA=<folder>.`,
  ENOTDIR: (path) =>
    `${path} passes through a file that is not a folder. Choose another place with NARU_DATA=<folder>.`,
}

/** A file-system error on `path` as a sentence; any other error comes back as it was. */
export const inWords = (error: unknown, path: string): unknown => {
  const code = (error as NodeJS.ErrnoException | null)?.code
  const sentence = code && bySystemCode[code]
  return sentence ? new CannotStart(sentence(path), { cause: error }) : error
}
