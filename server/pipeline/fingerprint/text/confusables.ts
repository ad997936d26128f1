/**
 * Characters that a reader (or a scanner) takes for one another, folded to one of them. Own list, in the spirit of
 * the skeletons of Unicode UTS #39 but smaller. Applied after case folding, so an upper-case look-alike is
 * listed under its lower case: both texts go through the same classes, and a class that is a little too wide only
 * merges letters, it never splits them.
 */
const GROUPS: readonly (readonly [target: string, sources: string])[] = [
  // Cyrillic, Greek and Armenian letters that look like a Latin one in lower or in upper case.
  ['a', 'аαɑ'],
  ['b', 'вβƅʙь'],
  ['c', 'сϲᴄ'],
  ['d', 'ԁđɗᴅ'],
  ['e', 'еɛεэҽᴇ'],
  ['f', 'ƒ'],
  ['g', 'ɡցɢ'],
  ['h', 'һнηհʜ'],
  ['j', 'јϳʝ'],
  ['k', 'кκᴋ'],
  ['m', 'мμᴍ'],
  ['n', 'ոпπɴ'],
  ['o', 'оοσօ0øɵᴏ'],
  ['p', 'рρᴘ'],
  ['q', 'ԛ'],
  ['r', 'гᴦʀ'],
  ['s', 'ѕꜱ'],
  ['t', 'тτŧᴛ'],
  ['u', 'υսᴜ'],
  ['v', 'νѵᴠ'],
  ['w', 'ωԝѡᴡ'],
  ['x', 'хχ'],
  ['y', 'уүγʏ'],
  ['z', 'ζᴢ'],
  // i, l, 1 and the bar are one stroke to a scanner and to most fonts.
  ['l', 'iı1іιɩłɪӏʟ'],
  // Ligatures that compatibility decomposition leaves whole.
  ['ae', 'æ'],
  ['oe', 'œ'],
  ['th', 'þ'],
  ['d', 'ð'],
  // What a scanner reads as two letters.
  ['rn', 'm'],
];

/** From a folded character to what stands for its class. `m` is reached by chains (м → m → rn). */
export const CONFUSABLES: ReadonlyMap<string, string> = buildTable();

/** The list as one line of text, for the digest of the method. */
export const CONFUSABLES_TEXT = GROUPS.map(([target, sources]) => `${target}<${sources}`).join(' ');

function buildTable(): Map<string, string> {
  const table = new Map<string, string>();
  for (const [target, sources] of GROUPS) for (const source of sources) table.set(source, target);
  for (const [source, target] of table) table.set(source, table.get(target) ?? target);
  return table;
}
