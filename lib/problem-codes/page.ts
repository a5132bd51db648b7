/** What the page of a code says. All texts are Markdown of one paragraph. */
export type ProblemPage = {
  /** What is wrong, in one sentence. */
  readonly title: string;
  /** What comes of it. @default 'refusal': nothing is written */
  readonly weight?: 'refusal' | 'warning' | 'note' | 'refusal or warning' | 'warning or note';
  /** When it comes up, and why that matters where it is not plain. */
  readonly when: string;
  /** What to do. */
  readonly cure: string;
  /** As it is printed. */
  readonly example: string;
};
