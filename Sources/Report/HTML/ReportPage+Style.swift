extension ReportPage {
    /// Blue and orange are told apart by every common kind of colour blindness (after Okabe and Ito, "Color Universal Design", 2008), and shapes
    /// say the same again.
    static let style: StaticString = """

        :root{color-scheme:light dark;--page:#fcfcfa;--ink:#1c1c1a;--soft:#5f5f5a;--rule:#dcdcd6;--grid:#ebebe6;--front:#0a66a8;--base:#c2540a;--other:#8d8d87;--good:#1f7a4d;--bad:#b3261e;--band:#eef3f7}
        @media (prefers-color-scheme:dark){:root{--page:#161718;--ink:#e8e8e3;--soft:#a3a39c;--rule:#3a3b3c;--grid:#292a2b;--front:#63b3ed;--base:#f0974a;--other:#85857f;--good:#5fc894;--bad:#f28b82;--band:#1f262c}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;padding:40px 24px 80px;max-width:1128px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums lining-nums}
        h1,h2,h3,p,figure,ul,dl,dd{margin:0;padding:0}
        header{padding-bottom:28px}
        .kicker{color:var(--soft);font-size:13px}
        h1{font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.01em;overflow-wrap:anywhere}
        .facts{color:var(--soft);margin-top:8px;overflow-wrap:anywhere}
        section{border-top:1px solid var(--rule);padding:24px 0 36px}
        h2{font-size:20px;line-height:1.3;font-weight:650;margin-bottom:16px}
        h3{font-size:15px;font-weight:650;margin-bottom:6px;overflow-wrap:anywhere}
        section>h3{margin-top:24px}
        section>h2+h3{margin-top:0}
        .note,.reasons{color:var(--soft);max-width:76ch}
        .note{margin-top:12px}
        .note.above{margin:-8px 0 12px}
        .why{margin-top:14px}
        .why .reasons{margin-top:8px}
        .reasons{padding-left:18px}
        .reasons li{margin:4px 0;overflow-wrap:anywhere}
        .reasons b{color:var(--ink);font-weight:600}
        figure{display:grid;grid-template-columns:minmax(0,720px) minmax(0,1fr);column-gap:40px;padding:12px 0 28px}
        figure+figure{margin-top:12px}
        figcaption{grid-column:2;grid-row:1/3;color:var(--soft);font-size:14px;padding-top:4px}
        figcaption h3{color:var(--ink)}
        figcaption p{margin-top:8px;overflow-wrap:anywhere}
        .plot{grid-column:1;grid-row:1}
        details{grid-column:1;grid-row:2;margin-top:10px;min-width:0}
        .legend{list-style:none;margin-top:14px;display:flex;flex-wrap:wrap;gap:4px 16px;color:var(--ink);font-size:13px}
        .legend li{display:flex;align-items:center;gap:6px}
        .sign{width:14px;height:14px;flex:none}
        summary{cursor:pointer;color:var(--soft);font-size:13px;width:max-content}
        summary:hover{color:var(--ink)}
        .box{overflow-x:auto;max-width:100%}
        details .box{margin-top:8px;max-height:70vh;overflow-y:auto}
        table{border-collapse:collapse;font-size:13px;line-height:1.35;white-space:nowrap}
        caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        th,td{padding:5px 18px 5px 0;text-align:left;font-weight:400;vertical-align:baseline}
        thead th{color:var(--soft);border-bottom:1px solid var(--rule)}
        tbody th{font-weight:600}
        tbody tr+tr>*{border-top:1px solid var(--grid)}
        .n{text-align:right}
        .verdict.good{color:var(--good)}.verdict.doubtful{color:var(--base)}.verdict.bad{color:var(--bad);font-weight:600}
        .box+h3{margin-top:22px}
        dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:10px 32px}
        dl div{min-width:0}
        dt{color:var(--soft);font-size:13px}
        dd{overflow-wrap:anywhere}
        .plot svg{display:block;width:100%;height:auto;overflow:visible}
        .plot svg.narrow{display:none}
        svg text{font-size:12px;fill:var(--ink)}
        svg .tick,svg .name{fill:var(--soft)}
        svg .small{font-size:10.5px}
        svg .value{fill:var(--soft)}
        svg .strong{font-weight:650}
        svg .label,svg .rooflabel{paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}
        .grid{stroke:var(--grid)}.axis{stroke:var(--rule)}
        .frontline,.progress{fill:none;stroke:var(--front);stroke-width:1.5}
        .frontline{stroke-opacity:.55}
        .progress.later{stroke-opacity:.5}
        .roof{fill:none;stroke:var(--ink);stroke-width:1.5}
        .exact{fill:none;stroke:var(--soft)}
        .band{fill:var(--band)}
        .whisker{stroke-width:1.5;stroke-opacity:.6}
        .whisker.ink{stroke:var(--ink);stroke-opacity:1}
        .hit{fill:transparent}
        .front{--tone:var(--front)}.baseline{--tone:var(--base)}.other{--tone:var(--other)}
        .solid,.bar{fill:var(--tone)}
        .solid.see{fill-opacity:.62}
        .hollow{fill:var(--page);stroke:var(--tone);stroke-width:2}
        .whisker:not(.ink){stroke:var(--tone)}
        .pale{fill-opacity:.32}
        .mark:hover .solid,.mark:hover .hollow{stroke:var(--ink);stroke-width:2}
        .mark:hover .hit{fill:var(--ink);fill-opacity:.06}
        @media (max-width:960px){figure{display:block}.plot{margin-top:14px;max-width:720px}}
        @media (max-width:560px){body{padding:20px 16px 48px}h1{font-size:24px}.plot{max-width:460px}.plot svg.wide{display:none}.plot svg.narrow{display:block}th,td{padding-right:14px}dl{grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px 20px}}
        @media print{body{max-width:none}figure{break-inside:avoid}}

        """
}
