#!/usr/bin/env python3
"""report.py FOLDER [--markdown FILE] [--json FILE]: one table of all rows that bench.py has recorded in a folder."""
import argparse
import glob
import json
import os
import statistics
import sys

import networks
import ratios

OWN = 'zendet'


def load(folder):
    rows = []
    for path in glob.glob(os.path.join(folder, '*.json')):
        with open(path) as file:
            row = json.load(file)
        if row.get('kind') == 'peers-row':
            rows.append(row)
    place = lambda r: (networks.NAMES.index(r['network']), r['resolution'], r['batch'], r['threads'])
    return sorted(rows, key=place)


def entries(row):
    """Engines of a row that have samples."""
    return [e for e in row['engines'] if e.get('chunks')]


def verdict(row):
    """Medians, the best peer with right outputs, and how many times as long as zendet it takes."""
    medians = {e['name']: e['median_ms'] for e in entries(row)}
    peers = {e['name']: e for e in entries(row) if e['name'].split(':')[0] != OWN and e['outputs']['right']}
    own = next((e for e in entries(row) if e['name'] == OWN), None)
    best = min(peers, key=lambda name: medians[name], default=None)
    result = dict(medians=medians, best=best, ratio=None, memory=None)
    if own and best and own['outputs']['right']:
        result['ratio'] = ratios.ratio(peers[best]['chunks'], own['chunks'])
        memories = [e['peak_bytes'] for e in peers.values() if e['peak_bytes']]
        if memories and own['peak_bytes']:
            result['memory'] = own['peak_bytes'] / statistics.median(memories)
    return result


def cell(row, name, best):
    entry = next((e for e in row['engines'] if e['name'] == name), None)
    if entry is None or not entry.get('chunks'):
        return 'failed' if entry else '–'
    text = f"{entry['median_ms']:.2f}"
    if not entry['outputs']['right']:
        return text + ' WRONG'
    if entry['disturbed_rounds'] * 2 > len(entry['chunks']):
        text += ' ?'
    return f'**{text}**' if name == best else text


def markdown(rows):
    if not rows:
        return 'No rows recorded yet.\n'
    names = []
    for row in rows:
        names += [e['name'] for e in row['engines'] if e['name'] not in names]
    names.sort(key=lambda n: n != OWN)
    lines = ['| network@px | threads | ' + ' | '.join(names) + ' | best peer / zendet (95 %) | memory / median peer |',
             '|---|---|' + '---|' * (len(names) + 2)]
    found, memories = [], []
    for row in rows:
        v = verdict(row)
        ratio, memory = '–', '–'
        if v['ratio']:
            found.append(v['ratio'])
            ratio = f"{v['ratio']['ratio']:.3f} ({v['ratio']['low']:.3f}–{v['ratio']['high']:.3f})"
        if v['memory']:
            memories.append(v['memory'])
            memory = f"{v['memory']:.2f}"
        batch = f" b{row['batch']}" if row['batch'] > 1 else ''
        lines.append(f"| {row['network']}@{row['resolution']}{batch} | {row['threads']} | "
                     + ' | '.join(cell(row, n, v['best']) for n in names) + f' | {ratio} | {memory} |')
    lines += ['', 'Medians in ms; bold: the best peer; "?": most rounds were disturbed; WRONG: outputs beyond the tolerance, not compared.']
    if found:
        mean = ratios.geometric_mean([r['ratio'] for r in found])
        faster = sum(r['low'] > 1 for r in found)
        slower = sum(r['high'] < 1 for r in found)
        lines.append(f'Geometric mean of best peer / zendet over {len(found)} rows: **{mean:.3f}**; zendet is faster in {faster}, slower in {slower}, '
                     f'undecided in {len(found) - faster - slower}.')
    if memories:
        lines.append(f'Peak memory at most the median peer\'s in {sum(m <= 1 for m in memories)} of {len(memories)} rows.')
    return '\n'.join(lines) + '\n'


def write(path, text):
    """Replaces a file at once, so that it is the old or the new one."""
    with open(path + '.tmp', 'w') as file:
        file.write(text)
    os.replace(path + '.tmp', path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder')
    parser.add_argument('--markdown')
    parser.add_argument('--json', help='one file with all rows, raw samples included')
    options = parser.parse_args()
    if not os.path.isdir(options.folder):
        sys.exit(f'{options.folder}: no such folder; bench.py --results makes it')
    rows = load(options.folder)
    text = markdown(rows)
    print(text, end='')
    if options.markdown:
        write(options.markdown, text)
    if options.json:
        write(options.json, json.dumps(dict(kind='peers-run', rows=rows), separators=(',', ':')) + '\n')


if __name__ == '__main__':
    main()
