/**
 * Exit codes of the command line. "False" and "cannot tell" differ, because a script must not take a node that is
 * down for a forged proof.
 */
export const EXIT = {
  ok: 0,
  /** A claim is false; a work was not registered; a copy was found (`check --exit-code`). */
  false: 1,
  /** The call or its files are not acceptable. */
  badInput: 2,
  /** It cannot be told: something that is needed does not answer. */
  unknown: 3,
  /** `check`: files were refused or failed, so that nothing is known of them. With `--exit-code` a copy among the others comes first. */
  incomplete: 4,
} as const;
