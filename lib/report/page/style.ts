/** The style of the page: one column on a telephone, a list of contents beside it on a desk, light or dark as the reader's system is, and ink on paper. */
export const style = `
:root{color-scheme:light dark;--page:#f4f6f9;--card:#fff;--ink:#17212f;--quiet:#536072;--rule:#dde3ea;--grid:#e6ebf1;--link:#1656a3;--soft:#eef2f7;
--median:#b93a07;--band:#f6b98f;--edge:#cf6f2e;--observed:#4b5f78;--floor:#1656a3;--scheduled:#0d7f70;--ceiling:#8a5a12;--event:#8b7ab8;
--good:#12703a;--goodback:#e2f4e8;--warn:#8a5200;--warnback:#fdf0d7;--bad:#a81d12;--badback:#fde6e3;
--s0:#1f6fb5;--s1:#d56f1d;--s2:#268c68;--s3:#a05bb5;--s4:#a98512;--s5:#c8504f;--s6:#5b7fa6;--s7:#7d8b3a;
--d0:#6b7686;--d1:#15803d;--d2:#0e7490;--d3:#c2410c;--d4:#9450a8;--d5:#a16207;--d6:#c81e68}
@media (prefers-color-scheme:dark){:root{--page:#0d1219;--card:#151c26;--ink:#e7ecf3;--quiet:#a3b0c0;--rule:#2a3442;--grid:#232c39;--link:#7ab8ff;--soft:#1c2531;
--median:#ff9a5c;--band:#74431f;--edge:#c97d45;--observed:#b3c2d6;--floor:#6cb2ff;--scheduled:#3fc7b0;--ceiling:#d8a550;--event:#8f80c4;
--good:#7fdca2;--goodback:#12301f;--warn:#f2c274;--warnback:#35270d;--bad:#ff9f95;--badback:#3d1815;
--s0:#4a98dd;--s1:#e58b45;--s2:#3fb58b;--s3:#b57bc8;--s4:#d2b04a;--s5:#d96c6a;--s6:#86a5c8;--s7:#a0ae5b;
--d0:#9aa6b5;--d1:#4cc077;--d2:#3fb4d0;--d3:#ff8a4c;--d4:#c18ad3;--d5:#d5a13c;--d6:#f472b6}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
a{color:var(--link);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
header,.layout{max-width:1240px;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem;padding-bottom:.5rem}
header p{margin:0;color:var(--quiet)}
h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.5rem 0 .8rem;letter-spacing:-.01em}
h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
h4{font-size:.95rem;margin:0 0 .4rem}
h5{font-size:.9rem;margin:.8rem 0 .2rem;color:var(--quiet)}
p{margin:.3rem 0 .6rem}
.layout{display:grid;grid-template-columns:11.5rem minmax(0,1fr);gap:2.5rem;padding-bottom:4rem}
nav{position:sticky;top:1rem;align-self:start;font-size:.92rem;padding-top:2.6rem}
nav ul{list-style:none;margin:0;padding:0;border-left:2px solid var(--rule)}
nav a{display:block;padding:.28rem .8rem;color:var(--quiet);text-decoration:none}
nav a:hover{color:var(--link);text-decoration:underline}
main>section:first-child h2{margin-top:2.6rem}
.facts-line{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;margin:.3rem 0 0;padding:0;font-size:.92rem;color:var(--quiet);list-style:none}
.facts-line b{color:var(--ink);font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:.9rem}
.stat,.card,main>section>.plot,.panel{background:var(--card);border:1px solid var(--rule);border-radius:10px}
.stat{padding:.9rem 1.1rem}
.stat p{margin:0}
.stat .title{font-size:.85rem;color:var(--quiet)}
.stat .value{font-size:1.55rem;font-weight:650;line-height:1.35;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.stat .value data{white-space:nowrap}
.stat .value i{font-size:.95rem;font-style:normal;font-weight:400;color:var(--quiet);margin:0 .35rem}
.hint{font-size:.85rem;color:var(--quiet)}
.panel,main>section>.plot{padding:1rem 1.1rem}
main>section>.plot{margin:.9rem 0 0}
.card{margin:.8rem 0;padding:1rem 1.1rem}
.card>h3{margin:0}
.item{padding:0}
.item>summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem 1.2rem;padding:.8rem 1.1rem;cursor:pointer;list-style:none;border-radius:10px}
.item>summary::-webkit-details-marker{display:none}
.item>summary::before{content:"";width:.5rem;height:.5rem;border:solid var(--quiet);border-width:0 2px 2px 0;transform:rotate(-45deg);flex:none}
.item[open]>summary::before{transform:rotate(45deg)}
.item>summary:hover{background:var(--soft)}
.item h3{margin:0}
.figures{display:flex;flex-wrap:wrap;gap:.1rem 1rem;color:var(--quiet);font-size:.9rem;margin-left:auto;font-variant-numeric:tabular-nums}
.figures data{color:var(--ink);font-weight:600}
.body{padding:.2rem 1.1rem 1.1rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.4rem 2rem;margin:1.2rem 0}
.block h3:first-child{margin-top:0}
.block p{font-size:.93rem}
.verdict{margin:0 0 .9rem}
dl{margin:0}
.short>div{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.2rem .8rem;padding:.25rem 0;font-size:.93rem}
.facts>div{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:.2rem .8rem;padding:.22rem 0;border-bottom:1px solid var(--rule);font-size:.9rem}
dt{color:var(--quiet)}
dd{margin:0}
.short dt::first-letter{text-transform:uppercase}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.4rem 0 .8rem}
caption{text-align:left;color:var(--quiet);font-size:.85rem;padding-bottom:.35rem}
th,td{text-align:left;vertical-align:top;padding:.34rem .6rem .34rem 0;border-bottom:1px solid var(--rule);font-weight:400}
thead th{color:var(--quiet);font-size:.82rem;vertical-align:bottom}
thead th{overflow-wrap:normal}
tbody th{font-weight:550;min-width:6.5rem;overflow-wrap:break-word}
.b,.bx{white-space:nowrap}
thead .n,thead .nx{white-space:normal}
.n,.nx{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
thead button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-decoration:underline dotted;text-underline-offset:.2em}
thead [aria-sort=ascending] button::after{content:" \\2191"}
thead [aria-sort=descending] button::after{content:" \\2193"}
.bar{display:inline-block;vertical-align:middle;width:4.5rem;height:.55rem;border-radius:3px;background:var(--soft);margin-right:.3rem}
.bar i{display:block;height:100%;border-radius:3px;background:var(--s0)}
.tag{display:inline-block;white-space:nowrap;font-size:.76rem;font-weight:600;line-height:1.3;padding:.08rem .5rem;border-radius:99px;vertical-align:.06em}
.good{color:var(--good);background:var(--goodback)}
.warn{color:var(--warn);background:var(--warnback)}
.bad{color:var(--bad);background:var(--badback)}
.calm{color:var(--good)}
code{font:.82em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--quiet)}
em{font-style:normal;color:var(--quiet)}
.findings,.plain{padding:0;margin:0;list-style:none}
.findings li{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:.6rem .9rem;margin:.5rem 0;font-size:.94rem}
.plain li{padding:.35rem 0;border-bottom:1px solid var(--rule);font-size:.92rem}
.risks{margin:0 0 .6rem;padding:.5rem .9rem .5rem 1.9rem;background:var(--badback);color:var(--bad);border-radius:8px;font-size:.93rem}
.chain{padding-left:1.6rem;font-size:.9rem}
.chain li{margin:.25rem 0}
.more{margin:.35rem 0}
.more>summary{cursor:pointer;color:var(--link);font-size:.9rem;padding:.2rem 0}
.tools{display:flex;flex-wrap:wrap;gap:.6rem;margin:.9rem 0;align-items:center}
.tools input,.tools button{font:inherit;font-size:.92rem;color:var(--ink);background:var(--card);border:1px solid var(--quiet);border-radius:7px;padding:.35rem .7rem}
.tools input{min-width:0;flex:1 1 12rem;max-width:22rem}
.tools button{cursor:pointer}
.plot{margin:1rem 0}
.plot figcaption{font-size:.92rem;margin-bottom:.8rem}
.plot figcaption span{color:var(--quiet);font-size:.85rem;margin-left:.3rem}
.frame{display:grid;grid-template-columns:3.4rem minmax(0,1fr);grid-template-rows:11.5rem 1.5rem;font-size:.78rem;color:var(--quiet)}
.small .frame{grid-template-rows:9rem 1.5rem}
.frame i{position:absolute;font-style:normal;white-space:nowrap}
.values,.times,.area{position:relative}
.values i{right:.5rem;transform:translateY(50%)}
.times{grid-column:2}
.times i{top:.3rem}
.times i::before{content:"";position:absolute;left:0;bottom:1.5rem;height:.3rem;border-left:1px solid var(--quiet)}
.area{border-left:1px solid var(--rule);border-bottom:1px solid var(--quiet);background:linear-gradient(to bottom,var(--grid) 1px,transparent 1px) 0 0/100% calc(100%/var(--lines))}
.area svg{position:absolute;inset:0;width:100%;height:100%;overflow:hidden}
.area path{fill:none;vector-effect:non-scaling-stroke;stroke-width:1.8;stroke-linejoin:round}
.area u{position:absolute;top:0;bottom:0;background:color-mix(in srgb,var(--event) 20%,transparent);text-decoration:none;min-width:2px}
.area u b{position:absolute;top:.15rem;left:.25rem;white-space:nowrap;font-weight:600;font-size:.75rem;color:var(--ink)}
.area u.late b{left:auto;right:.25rem}
.scroll{overflow-x:auto}
.area path.median{stroke:var(--median);stroke-width:2}
.area path.band{fill:var(--band);stroke:var(--edge);stroke-width:1}
.area path.observed{stroke:var(--observed);stroke-width:1.3}
.area path.floor{stroke:var(--floor);stroke-width:2.6}
.area path.scheduled{stroke:var(--scheduled);stroke-width:1.8}
.area path.ceiling{stroke:var(--ceiling);stroke-dasharray:6 4}
${[0, 1, 2, 3, 4, 5, 6, 7].map((look) => `.area path.s${look}{fill:var(--s${look})}.legend .s${look},.swatch.s${look}{background:var(--s${look})}`).join('')}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.3rem 0 0;padding:0 0 0 3.4rem;font-size:.82rem;color:var(--quiet)}
.legend span,.swatch{display:inline-block;width:.85rem;height:.85rem;border-radius:3px;margin-right:.4rem;vertical-align:-.1em}
.legend .median,.legend .observed,.legend .floor,.legend .scheduled,.legend .ceiling{height:0;border-radius:0;border-top:3px solid;vertical-align:.25em}
.legend .median{color:var(--median)}.legend .observed{color:var(--observed)}.legend .floor{color:var(--floor)}.legend .scheduled{color:var(--scheduled)}
.legend .ceiling{color:var(--ceiling);border-top-style:dashed}
.legend .band{background:var(--band);border:1px solid var(--edge)}
.legend .event{background:color-mix(in srgb,var(--event) 40%,transparent)}
.dot{display:inline-block;width:1.1rem;height:1.1rem;border-radius:50%;margin-right:.4rem;color:var(--card);font-size:.68rem;font-weight:700;line-height:1.1rem;text-align:center}
.dots{margin-right:.6rem}
.dots .dot{position:absolute;transform:translate(-50%,50%);margin:0;box-shadow:0 0 0 2px var(--card)}
${[0, 1, 2, 3, 4, 5, 6].map((look) => `.d${look}{background:var(--d${look})}`).join('')}
footer{max-width:1240px;margin:0 auto;padding:1.2rem 1.25rem 3rem;font-size:.85rem;color:var(--quiet);border-top:1px solid var(--rule)}
[hidden]{display:none!important}
@media (max-width:56rem){.layout{display:block}nav{position:static;padding-top:1rem}nav ul{display:flex;flex-wrap:wrap;border:0;gap:.1rem .2rem}nav a{padding:.25rem .6rem;border:1px solid var(--rule);border-radius:99px;background:var(--card)}main>section:first-child h2{margin-top:1.4rem}}
@media (max-width:40rem){.x,.nx,.bx{display:none}header,.layout,footer{padding-left:.9rem;padding-right:.9rem}h1{font-size:1.5rem}.stat .value{font-size:1.35rem}.cards{grid-template-columns:1fr 1fr;gap:.6rem}.stat{padding:.7rem .8rem}.stat .value{font-size:1.1rem}.stat .value data{white-space:nowrap}
.stat .value i{margin:0 .2rem;font-size:.8rem}.card,.panel,main>section>.plot{padding:.8rem}.item{padding:0}.item>summary,.body{padding-left:.8rem;padding-right:.8rem}.figures{margin-left:0;width:100%}.short>div{grid-template-columns:minmax(0,1fr);gap:0}.facts>div{grid-template-columns:8rem minmax(0,1fr)}.frame{grid-template-columns:2.7rem minmax(0,1fr);grid-template-rows:9.5rem 1.5rem}.legend{padding-left:0}.times i:nth-child(even){display:none}th,td{padding-right:.4rem}tbody th{overflow-wrap:anywhere;min-width:4.2rem}.bar{width:2.6rem}}
@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--quiet:#333;--rule:#bbb;--grid:#e2e2e2;--link:#000;--soft:#eee;--median:#b93a07;--band:#f6b98f;--edge:#cf6f2e;--observed:#4b5f78;--floor:#1656a3;--scheduled:#0d7f70;--ceiling:#8a5a12;--event:#8b7ab8;--good:#12703a;--goodback:#fff;--warn:#8a5200;--warnback:#fff;--bad:#a81d12;--badback:#fff}
@page{margin:14mm}body{font-size:10.5pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}nav,.tools,.skip,.more:not([open]){display:none}.layout{display:block;max-width:none;padding:0}header,footer{padding-left:0;padding-right:0;max-width:none}h2,h3,h4,caption{break-after:avoid}.plot,.stat,tr,.findings li,.block{break-inside:avoid}.cards{grid-template-columns:repeat(3,1fr)}.item>summary::before{display:none}a{text-decoration:none}.tag{border:1px solid currentColor}}
`;
