/**
 * An alarm ends under this share of the level. In surprise that is a power of the probability (a level of one window in 10⁵
 * is left at one in 10⁴), so the band grows with the rarity of the budget, as the swings of the score do.
 */
export const RELEASE_SHARE = 0.8;
