"""bench_plot.py OUT SVG N...: CPU a mine against the number of mines, one line an engine, beside the floor, as SVG.

Colours are those of Okabe and Ito, which people see apart whatever colours they see; every line has a mark of its own and
its name at its end, so that the picture reads in grey too."""
import json
import math
import os
import statistics
import sys

out, svg, sizes = sys.argv[1], sys.argv[2], [int(n) for n in sys.argv[3:]]
FLOOR_MS = (6, 8)
ENGINES = [
    ("minesift", "MineSift", "#0072B2", "circle"),
    ("minesift own arcs", "MineSift, its own arcs", "#56B4E9", "diamond"),
    ("geopandas", "GeoPandas", "#D55E00", "square"),
    ("postgis", "PostGIS with its load", "#CC79A7", "triangle"),
]
runs = {}
with open(os.path.join(out, "measure.jsonl")) as lines:
    for line in lines:
        run = json.loads(line)
        runs.setdefault(run["label"], []).append(run["cpu_s"])

series = []
for label, name, colour, mark in ENGINES:
    points = [(n, 1000 * statistics.median(runs[f"{label} n={n}"]) / n) for n in sizes if f"{label} n={n}" in runs]
    if points:
        series.append((name, colour, mark, points))

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 64, 190, 40, 56
xs = [n for _, _, _, points in series for n, _ in points]
low_x, high_x = math.log10(min(xs) * 0.8), math.log10(max(xs) * 1.25)
low_y, high_y = math.log10(4), math.log10(max(v for _, _, _, points in series for _, v in points) * 1.5)


def x(n):
    return LEFT + (math.log10(n) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)


def y(ms):
    return HEIGHT - BOTTOM - (math.log10(ms) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)


def mark(kind, cx, cy, colour):
    if kind == "circle":
        return f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="5" fill="{colour}"/>'
    if kind == "square":
        return f'<rect x="{cx - 4.5:.1f}" y="{cy - 4.5:.1f}" width="9" height="9" fill="{colour}"/>'
    corners = {"diamond": [(0, -6), (6, 0), (0, 6), (-6, 0)], "triangle": [(0, -6), (6, 5), (-6, 5)]}[kind]
    points = " ".join(f"{cx + dx:.1f},{cy + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{colour}"/>'


parts = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    f'<text x="{LEFT}" y="22" font-size="15">CPU ms a mine, whole run, against the number of mines</text>',
    f'<rect x="{LEFT}" y="{y(FLOOR_MS[1]):.1f}" width="{WIDTH - LEFT - RIGHT}" height="{y(FLOOR_MS[0]) - y(FLOOR_MS[1]):.1f}" fill="#ddd"/>',
    f'<text x="{WIDTH - RIGHT + 12}" y="{(y(FLOOR_MS[0]) + y(FLOOR_MS[1])) / 2 + 4:.1f}" fill="#555">floor, judged</text>',
]
for ms in (5, 10, 20, 50, 100, 200, 500, 1000):
    if low_y <= math.log10(ms) <= high_y:
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(ms):.1f}" y2="{y(ms):.1f}" stroke="#ccc"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(ms) + 4:.1f}" text-anchor="end">{ms}</text>')
for n in sorted(set(xs)):
    parts.append(f'<line x1="{x(n):.1f}" x2="{x(n):.1f}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM + 5}" stroke="#333"/>')
    parts.append(f'<text x="{x(n):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{n}</text>')
parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}" stroke="#333"/>')
parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">mines</text>')
taken = []
for name, colour, kind, points in series:
    path = " ".join(f"{x(n):.1f},{y(v):.1f}" for n, v in points)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    parts += [mark(kind, x(n), y(v), colour) for n, v in points]
    at = y(points[-1][1]) + 4
    while any(abs(at - other) < 15 for other in taken):
        at -= 4
    taken.append(at)
    parts.append(f'<text x="{x(points[-1][0]) + 12:.1f}" y="{at:.1f}" fill="{colour}">{name}, {points[-1][1]:.0f}</text>')
parts.append("</svg>")
with open(svg, "w") as file:
    file.write("\n".join(parts) + "\n")
