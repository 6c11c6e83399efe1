/* All words: those of the frame and of each area. An area has one file in words/ with both languages. */
import { en as frameEn } from './en'
import { zh as frameZh } from './zh'

export const zh = { ...frameZh }
export const en: Record<keyof typeof zh, string> = { ...frameEn }
