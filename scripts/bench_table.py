"""bench_table.py OUT N...: medians of the standing comparison and their ratios, as a Markdown table."""
import json
import os
import statistics
import sys

out, sizes = sys.argv[1], [int(n) for n in sys.argv[2:]]
runs = {}
with open(os.path.join(out, "measure.jsonl")) as lines:
    for line in lines:
        run = json.loads(line)
        runs.setdefault(run["label"], []).append(run)


def median(label, key):
    return statistics.median(run[key] for run in runs[label]) if label in runs else None


def number(value, form="{:.1f}"):
    return "–" if value is None else form.format(value)


print("| mines | engine | runs | CPU s | CPU ms a mine | of it classification | wall s | peak MiB | times MineSift's CPU |")
print("|---|---|---|---|---|---|---|---|---|")
for n in sizes:
    own = median(f"minesift n={n}", "cpu_s")
    for label in sorted(label for label in runs if label.endswith(f" n={n}")):
        cpu, wall, peak = (median(label, key) for key in ("cpu_s", "wall_s", "peak_pss_mib"))
        folder = os.path.join(out, label.removesuffix(f" n={n}").replace(" arcs", "").replace(" ", "_") + f"_{n}")
        inner = None
        if os.path.exists(os.path.join(folder, "timing.json")):
            timing = json.load(open(os.path.join(folder, "timing.json")))
            parts = timing.get("cpu", {})
            if isinstance(parts, dict):
                inner = sum(parts.get(k, 0) for k in ("site", "classify", "zones", "join", "union", "clip_diff"))
        print(
            f"| {n} | {label.rsplit(' n=', 1)[0]} | {len(runs[label])} | {number(cpu, '{:.2f}')} | {number(1000 * cpu / n)} "
            f"| {number(inner and 1000 * inner / n)} | {number(wall)} | {number(peak, '{:.0f}')} | {number(cpu / own, '{:.1f}')} |"
        )
