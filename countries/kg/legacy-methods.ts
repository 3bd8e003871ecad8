// Kyrgyz Republic: the method names and codes of Law 72/2015 as migrated data carry them, and the methods of Law 27/2022 they stand for. The mapping is ours.

/** A method of Law 27, or null where none of its four corresponds. */
export type MethodOfLaw27 = 'unlimited' | 'limited' | 'quotation' | 'single-source' | null

/** One code of `orders.procurement_method`: its name in the old open data, and what it stands for. `consulting` and `forms` had chapters of their own. */
export interface LegacyMethod {
  readonly code: string
  readonly name: string
  readonly law27: MethodOfLaw27
  readonly part: 'general' | 'consulting' | 'forms' | 'auction'
}

const legacy = (code: number, name: string, law27: MethodOfLaw27, part: LegacyMethod['part'] = 'general') => ({
  code: String(code),
  name,
  law27,
  part,
})

/** Every code of the old portal, as its exporter named it; a misspelling of the exporter is kept, since data carry it. */
export const legacyMethods: readonly LegacyMethod[] = [
  legacy(0, 'egov', 'unlimited'),
  legacy(1, 'auctionUnlimited', 'unlimited'),
  legacy(2, 'auctionLimited', 'limited'),
  legacy(3, 'twostage', 'unlimited'),
  legacy(4, 'requestForQuotation', 'quotation'),
  legacy(5, 'eAuction', null, 'auction'),
  legacy(6, 'singleSource', 'single-source'),
  legacy(7, 'oneStage', 'unlimited'),
  legacy(8, 'simplicated', 'quotation'),
  legacy(9, 'downgrade', null, 'auction'),
  legacy(10, 'consultQualityPrice', null, 'consulting'),
  legacy(11, 'consultQuality', null, 'consulting'),
  legacy(12, 'consultFixedBudget', null, 'consulting'),
  legacy(13, 'consultPrice', null, 'consulting'),
  legacy(14, 'consultQualification', null, 'consulting'),
  legacy(15, 'consultSingleSource', null, 'consulting'),
  legacy(16, 'oneStage', 'unlimited'),
  legacy(17, 'personific', null, 'forms'),
]

/** The old method by the code or the name that migrated data carry; undefined for neither. Names are compared as written. */
export const findLegacyMethod = (codeOrName: string): LegacyMethod | undefined =>
  legacyMethods.find((each) => each.code === codeOrName || each.name === codeOrName)
