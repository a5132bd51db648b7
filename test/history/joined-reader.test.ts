import { joinReads } from '../../lib/history/joined-reader';
import type { HistoryOutcome, HistoryRequest } from '../../lib/history/series';
import { requestOf } from './support';

const request = (path: string): HistoryRequest => ({ ...requestOf('rate'), path });
const problem = ({ path }: HistoryRequest): HistoryOutcome => ({ problems: [{ code: 'history/test', path, message: 'is a test' }] });
const pathsOf = (outcomes: readonly HistoryOutcome[]) => outcomes.map((outcome) => ('problems' in outcome ? outcome.problems[0].path : ''));

function recording() {
  const calls: string[][] = [];
  const read = joinReads((requests) => {
    calls.push(requests.map(({ path }) => path));
    return Promise.resolve(requests.map(problem));
  });
  return { calls, read };
}

test('what is asked at the same time is read in one call, and each asker gets its own outcomes in order', async () => {
  const { calls, read } = recording();
  const answers = await Promise.all([read([request('a'), request('b')]), read([]), read([request('c')])]);
  expect(answers.map(pathsOf)).toEqual([['a', 'b'], [], ['c']]);
  expect(calls).toEqual([['a', 'b', 'c']]);
});

test('what is asked later is read later', async () => {
  const { calls, read } = recording();
  expect(pathsOf(await read([request('a')]))).toEqual(['a']);
  expect(pathsOf(await read([request('b')]))).toEqual(['b']);
  expect(calls).toEqual([['a'], ['b']]);
});

test('a failure reaches every asker, and the next reading starts afresh', async () => {
  let fails = true;
  const read = joinReads((requests) => (fails ? Promise.reject(new Error('no disk')) : Promise.resolve(requests.map(problem))));
  const answers = await Promise.allSettled([read([request('a')]), read([request('b')])]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(pathsOf(await read([request('c')]))).toEqual(['c']);
});
