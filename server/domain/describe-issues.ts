import type { ZodError, z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** Longest value that is quoted; a longer one is named by its field. */
const QUOTED = 60;
const MOST_CHARACTERS = 500;

/**
 * What is wrong with a field, to be read after its name: `must be at least 1`. For Zod's `error` option; a schema's own message
 * reads the same way and goes before it.
 */
export function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'string'
        ? describeShort(Number(issue.minimum))
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `may have ${issue.maximum} characters at most`
        : `may be ${issue.maximum} at most`;
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'is not a URL that is taken here' : 'is not of the expected form';
    default:
      return 'is not of the expected form';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function describeShort(minimum: number): string {
  return minimum === 1 ? 'may not be empty' : `must have ${minimum} characters at least`;
}

/** All that is wrong with a part of a request, as a sentence: a value of the wrong form is quoted. */
export function describeIssues({ issues }: ZodError, value: unknown): string {
  const sentences = issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const names = issue.keys.map(quote).join(', ');
      return issue.keys.length === 1 ? `there is no field ${names}` : `there are no fields ${names}`;
    }
    const given = issue.code === 'invalid_format' ? valueAt(value, issue.path) : undefined;
    const isShown =
      typeof given === 'string' && given !== '' && given.length <= QUOTED && !/\p{C}/u.test(given);
    const name = issue.path.join('.');
    const shown = isShown ? quote(given) : '';
    const what = name !== '' && shown !== '' ? `${name} (${shown})` : name || shown || 'the body';
    return `${what} ${issue.message}`;
  });
  return sentences.join('; ').slice(0, MOST_CHARACTERS);
}

function quote(text: string): string {
  return `“${text}”`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
