// The number that lets this page's own scripts run; absent on pages without scripts.
import { createContext } from 'react'
import { createContext as createRouterContext } from 'react-router'

export const nonceContext = createRouterContext<string>()
export const Nonce = createContext<string | undefined>(undefined)
