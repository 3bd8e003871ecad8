// PostgreSQL refuses to run as root. This file finds the unprivileged user it runs as, and whether that user can reach a folder.
import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** A user of this machine. */
export interface SystemUser {
  name: string
  uid: number
  gid: number
}

/**
 * The user PostgreSQL must run as, or undefined when the program itself is not root (and PostgreSQL simply runs as the same user).
 * An existing cluster keeps its owner; else the first of naru, postgres, nobody that `/etc/passwd` knows.
 */
export const findDatabaseUser = (clusterOwner: number | undefined): SystemUser | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name as string, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
  return (
    users.find((user) => user.uid === clusterOwner && user.uid !== 0) ??
    ['naru', 'postgres', 'nobody'].map((name) => users.find((user) => user.name === name)).find((user) => user)
  )
}

/** The nearest folder to the root, among the folder and its parents, that `user` may not enter; undefined when all are open. */
export const findClosedParent = (user: SystemUser, folder: string): string | undefined => {
  const parents: string[] = []
  for (let here = folder; ; here = dirname(here)) {
    parents.unshift(here)
    if (here === dirname(here)) break
  }
  return parents.find((parent) => {
    const stat = statSync(parent, { throwIfNoEntry: false })
    if (!stat) return false
    const enter = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001
    return (stat.mode & enter) === 0
  })
}
