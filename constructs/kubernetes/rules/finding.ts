import type { Emitted } from './emitted';

/** What is wrong with an object that is written. */
export type Finding = {
  readonly object: Emitted;
  /**
   * `fault`: the API refuses it, or its pods cannot start, or two things undo each other; nothing is written. `risk`: it runs, and goes
   * wrong at some moment; it is told.
   */
  readonly weight: 'fault' | 'risk';
  /** The field and what is wrong with it. */
  readonly message: string;
  readonly hint: string;
};

/** What a rule looks at. */
export type Written = {
  /** All objects of a chart; of `foresize synth` those of all its charts. */
  readonly objects: readonly Emitted[];
  /** All objects of the app, for what others may allow. */
  readonly everywhere: () => readonly Emitted[];
  /** The version of Kubernetes, such as `1.35`, where it is known. */
  readonly version?: string;
};

export type Rule = (written: Written) => readonly Finding[];

export const fault = (object: Emitted, message: string, hint: string): Finding => ({ object, weight: 'fault', message, hint });
export const risk = (object: Emitted, message: string, hint: string): Finding => ({ object, weight: 'risk', message, hint });

/** A rule for each object by itself. */
export const each =
  (rule: (object: Emitted, written: Written) => readonly Finding[]): Rule =>
  (written) =>
    written.objects.flatMap((object) => rule(object, written));
