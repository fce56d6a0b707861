//! The standing comparison: many mines of one GeoPackage through the ordinary rulebook, mine by mine.
//!
//! Reads the map of the comparison's generator, writes the same four result files as the other engines, and the zones
//! as a GeoPackage stamped *not a legal classification*. Mines go to workers through a bounded queue and come back in
//! their order, so that the result does not depend on the number of workers and memory not on the number of mines. A
//! run that was killed goes on with `--resume` where its last journal stands.

mod input;
mod journal;
mod mine;

use anyhow::{Context, Result};
use clap::Parser;
use minesift_core::rulebook::Rulebook;
use minesift_onemap::many::{Layers, ZoneSink};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

#[derive(Parser)]
struct Args {
    /// The GeoPackage of the comparison's generator
    map: PathBuf,
    /// Folder for the results
    #[arg(long)]
    out: PathBuf,
    /// The rulebook file
    #[arg(long, default_value = "benches/standing.toml")]
    rules: PathBuf,
    /// Workers
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Go on where a killed run stopped
    #[arg(long)]
    resume: bool,
    /// Stop after this many mines, as if killed (for tests of --resume)
    #[arg(long)]
    stop_after: Option<usize>,
    /// Instead: time the edit of this goaf, grown by 10 m, in a map of all mines held in memory
    #[arg(long)]
    edit: Option<i64>,
    /// No progress bar
    #[arg(long, short = 'q')]
    quiet: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let text = std::fs::read_to_string(&args.rules).with_context(|| args.rules.display().to_string())?;
    let book = Rulebook::national().with(&text)?;
    std::fs::create_dir_all(&args.out)?;
    if let Some(hazard) = args.edit {
        return mine::edit(&args.map, &args.out, &book, hazard);
    }
    run(&args, &book, &text)
}

fn run(args: &Args, book: &Rulebook, rules: &str) -> Result<()> {
    let begun = Instant::now();
    let layers = Layers::open(&args.map)?;
    let plan = input::Plan::new(&layers, book)?;
    drop(layers);
    let mut journal = journal::Journal::open(&args.out, &args.map, rules, args.resume)?;
    let first = journal.done();
    let mut sink = ZoneSink::open(&args.out.join("zones.gpkg"), 4549, first)?;
    let bar = indicatif::ProgressBar::new(plan.mines.len() as u64).with_style(indicatif::ProgressStyle::with_template(
        "{pos}/{len} mines [{wide_bar}] {elapsed} gone, {eta} to go",
    )?);
    if args.quiet {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    bar.set_position(first as u64);
    let (cpu, broken) = (Cpu::default(), AtomicBool::new(false));
    let next = AtomicUsize::new(first);
    let workers = args.threads.max(1);
    let last = args.stop_after.map_or(plan.mines.len(), |stop| plan.mines.len().min(first + stop));
    let mut totals = mine::Counts::default();
    std::thread::scope(|scope| -> Result<()> {
        // Two results a worker may wait for the writer; then it waits itself.
        let (send, receive) = sync_channel::<(usize, Result<mine::Done>)>(workers * 2);
        for _ in 0..workers {
            let (send, plan, next, cpu, broken) = (send.clone(), &plan, &next, &cpu, &broken);
            scope.spawn(move || {
                let layers = Layers::open(&args.map);
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= last || broken.load(Ordering::Relaxed) {
                        return;
                    }
                    let done = match &layers {
                        Ok(layers) => mine::run(layers, plan, place, book, cpu),
                        Err(error) => Err(anyhow::anyhow!("{error}")),
                    };
                    if send.send((place, done)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        // Mines come back in any order and are written in theirs; a slow one holds up at most the queue.
        let mut waiting = std::collections::BTreeMap::new();
        let mut place = first;
        for (number, done) in receive {
            waiting.insert(number, done);
            while let Some(done) = waiting.remove(&place) {
                let done = done.inspect_err(|_| broken.store(true, Ordering::Relaxed))?;
                let from = cpu_ns();
                done.write(place, &mut journal, &mut sink)?;
                totals.add(&done.counts);
                place += 1;
                if place.is_multiple_of(16) {
                    sink.keep()?;
                    journal.keep(place)?;
                }
                cpu.write.fetch_add(cpu_ns() - from, Ordering::Relaxed);
                bar.inc(1);
            }
        }
        journal.keep(place)?;
        Ok(())
    })?;
    sink.close()?;
    bar.finish_and_clear();
    let seconds = |of: &AtomicUsize| of.load(Ordering::Relaxed) as f64 * 1e-9;
    let timing = serde_json::json!({
        "engine": format!("minesift {}", env!("CARGO_PKG_VERSION")),
        "legal": book.legal,
        "workers": workers,
        "total": begun.elapsed().as_secs_f64(),
        "cpu": {
            "read": seconds(&cpu.read), "site": seconds(&cpu.site), "classify": seconds(&cpu.classify),
            "faces": seconds(&cpu.faces), "write": seconds(&cpu.write),
        },
        "counts": {
            "mines": plan.mines.len(), "hazards": totals.hazards, "findings": totals.findings,
            "out_vertices": totals.vertices, "pairs": totals.pairs,
        },
    });
    std::fs::write(args.out.join("timing.json"), serde_json::to_string_pretty(&timing)?)?;
    println!("{timing}");
    Ok(())
}

/// CPU nanoseconds by phase, over all workers.
#[derive(Default)]
pub(crate) struct Cpu {
    pub(crate) read: AtomicUsize,
    pub(crate) site: AtomicUsize,
    pub(crate) classify: AtomicUsize,
    pub(crate) faces: AtomicUsize,
    pub(crate) write: AtomicUsize,
}

/// CPU time of this thread so far, ns, as the system counts it; zero where it does not.
pub(crate) fn cpu_ns() -> usize {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
}
