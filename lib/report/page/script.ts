/**
 * What the page does by itself where scripts run; without them all of it can be read. It opens what a link leads to, filters workloads by
 * name, opens and closes all of them, and sorts the table of workloads.
 */
export const script = `
'use strict';
const items = [...document.querySelectorAll('.item')];
const openTarget = () => {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (target === null) return;
  if (target.matches('details')) target.open = true;
  target.hidden = false;
  target.scrollIntoView();
};
addEventListener('hashchange', openTarget);
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link !== null && link.hash === location.hash) openTarget();
});
const rows = [...document.querySelectorAll('.overview tbody tr')];
const tools = document.querySelector('.tools');
if (tools !== null) {
  tools.hidden = false;
  const filter = tools.querySelector('input');
  const count = tools.querySelector('[role=status]');
  filter.addEventListener('input', () => {
    const words = filter.value.trim().toLowerCase().split(/\\s+/);
    const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
    let shown = 0;
    for (const item of items) {
      item.hidden = !fits(item.dataset.name);
      if (!item.hidden) shown += 1;
    }
    for (const row of rows) row.hidden = !fits(row.cells[0].querySelector('a').textContent);
    count.textContent = filter.value.trim() === '' ? '' : shown + ' of ' + items.length;
  });
  const [open, close] = tools.querySelectorAll('button');
  open.addEventListener('click', () => { for (const item of items) if (!item.hidden) item.open = true; });
  close.addEventListener('click', () => { for (const item of items) item.open = false; });
}
for (const title of document.querySelectorAll('.overview thead th')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = title.textContent;
  title.replaceChildren(button);
  button.addEventListener('click', () => {
    const column = title.cellIndex;
    const isNumber = title.matches('.n,.nx');
    const descending = title.getAttribute('aria-sort') === (isNumber ? null : 'ascending');
    const valueOf = (row) => {
      const data = row.cells[column].querySelector('data');
      return data === null ? (isNumber ? -1 : row.cells[column].textContent) : Number(data.value);
    };
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1);
    for (const other of title.parentNode.cells) other.removeAttribute('aria-sort');
    title.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    rows.sort((a, b) => order(valueOf(a), valueOf(b)));
    rows[0].parentNode.append(...rows);
  });
}
openTarget();
`;
