"""How a sheet looks: one style for light and dark, wide and narrow."""

STYLE = """
:root{color-scheme:light dark;--ink:#1c1e22;--paper:#fff;--quiet:#5a5e66;--line:#d5d8dd;--fill:#f4f5f7;--fault:#8a1f11;
--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--ink:#e6e7ea;--paper:#16181c;--quiet:#a7abb3;--line:#3a3e46;--fill:#22252b;
--fault:#ffb4a6;--link:#8ab8ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem 1.25rem 3rem;max-width:90rem;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}
a{color:var(--link)}
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.2rem 0 .3rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1rem 0 .3rem;font-weight:600;overflow-wrap:anywhere}
p{margin:.3rem 0;max-width:52rem}
dl{margin:.8rem 0;display:grid;gap:.2rem}
dl div{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.8rem}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
nav ul{padding-left:1.2rem;columns:20rem}
.row{display:flex;gap:.6rem;overflow-x:auto;padding:.2rem 0 .6rem;align-items:flex-start}
figure{margin:0;flex:0 0 auto;width:clamp(8rem,18vw,16rem)}
.row img{display:block;width:100%;height:auto;background:var(--fill);border-radius:3px}
figcaption{font-weight:600;font-size:.9rem;margin-top:.25rem;overflow-wrap:anywhere}
.fault{border:1px solid var(--fault);color:var(--fault);padding:.5rem;border-radius:3px;min-height:8rem;font-size:.85rem;
overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--quiet);font-size:.85rem;padding:.25rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--fill);border:1px solid var(--line);border-radius:3px;
padding:.6rem;font-size:.8rem;margin:.2rem 0;max-height:24rem;overflow:auto;user-select:all}
figure pre{max-height:14rem}
.quiet,footer{color:var(--quiet);font-size:.85rem;overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media (max-width:40rem){body{padding:.5rem .8rem 2rem}dl div{grid-template-columns:1fr;gap:0}figure{width:44vw}
nav ul{columns:1}}
@media print{.row{flex-wrap:wrap;overflow:visible}details{display:none}}
"""
