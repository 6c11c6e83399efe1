/* All words: those of the frame and of each area. An area has one file in words/ with both languages. */
import { en as frameEn } from './en'
import { en as cockpitEn, zh as cockpitZh } from './words/cockpit'
import { zh as frameZh } from './zh'
import { en as gridEn, zh as gridZh } from './words/grid'
import { en as searchEn, zh as searchZh } from './words/search'
import { en as delegationEn, zh as delegationZh } from './words/delegation'
import { en as unitsEn, zh as unitsZh } from './words/units'
import { en as planfEn, zh as planfZh } from './words/plan_forms'
import { en as planEn, zh as planZh } from './words/plan'
import { en as registersEn, zh as registersZh } from './words/registers'
import { en as roundtripEn, zh as roundtripZh } from './words/roundtrip'
import { en as reportingEn, zh as reportingZh } from './words/reporting'

import { en as contractEn, zh as contractZh } from './words/contract'
import { en as placeEn, zh as placeZh } from './words/place'
import { en as outboxEn, zh as outboxZh } from './words/outbox'
import { en as hooksEn, zh as hooksZh } from './words/hooks'

export const zh = { ...hooksZh, ...planZh, ...planfZh, ...contractZh, ...unitsZh, ...registersZh, ...frameZh, ...cockpitZh, ...gridZh, ...searchZh, ...delegationZh, ...reportingZh, ...roundtripZh, ...outboxZh, ...placeZh }
export const en: Record<keyof typeof zh, string> = { ...hooksEn, ...planEn, ...planfEn, ...contractEn, ...unitsEn, ...registersEn, ...frameEn, ...cockpitEn, ...gridEn, ...searchEn, ...delegationEn, ...reportingEn, ...roundtripEn, ...outboxEn, ...placeEn }
