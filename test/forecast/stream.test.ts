import { eachInOrder } from '../../lib/forecast/stream';

const pause = (turns: number) => new Promise<void>((settle) => setTimeout(settle, turns));

test.each([1, 3, 20])('results come in the order of the items, whatever each takes, %i at once', async (atOnce) => {
  const results: number[] = [];
  const work = async (item: number) => {
    await pause((item * 7) % 5);
    return 10 * item;
  };
  for await (const result of eachInOrder([1, 2, 3, 4, 5, 6, 7], work, atOnce)) results.push(result);
  expect(results).toEqual([10, 20, 30, 40, 50, 60, 70]);
});

test('as many as may are under way, and no item is read before there is room for it', async () => {
  let read = 0;
  let underWay = 0;
  let most = 0;
  function* items() {
    for (let item = 0; item < 7; item++) {
      read += 1;
      yield item;
    }
  }
  const work = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await pause(1);
    underWay -= 1;
  };
  let done = 0;
  for await (const nothing of eachInOrder(items(), work, 2)) {
    expect(nothing).toBeUndefined();
    done += 1;
    expect(read).toBeLessThanOrEqual(done + 2);
  }
  expect([done, most]).toEqual([7, 2]);
});

test('an item that fails ends the stream with its error, after the results before it, and no later failure goes unheard', async () => {
  const results: number[] = [];
  const work = (item: number) => (item < 2 ? Promise.resolve(item) : Promise.reject(new Error(`item ${item}`)));
  const consume = async () => {
    for await (const result of eachInOrder([0, 1, 2, 3], work, 3)) results.push(result);
  };
  await expect(consume()).rejects.toThrow('item 2');
  expect(results).toEqual([0, 1]);
});
