/** Takes one moment at a time: its largest and smallest value, and how many rows had it. */
export type MomentVisitor = (time: number, value: number, smallest: number, rows: number) => void;

export type Moments = {
  /** Times must ascend; equal times follow one another. */
  readonly add: (time: number, value: number) => void;
  readonly end: () => void;
};

/** Joins rows of the same moment, so that each moment is passed on once, with the larger value where they differ. */
export function createMoments(visit: MomentVisitor): Moments {
  let time = NaN;
  let largest = NaN;
  let smallest = NaN;
  let rows = 0;
  const end = (): void => {
    if (rows > 0) visit(time, largest, smallest, rows);
    rows = 0;
  };
  return {
    add: (nextTime, value) => {
      if (nextTime !== time) {
        end();
        time = nextTime;
        largest = smallest = value;
      } else if (value > largest) {
        largest = value;
      } else if (value < smallest) {
        smallest = value;
      }
      rows += 1;
    },
    end,
  };
}
