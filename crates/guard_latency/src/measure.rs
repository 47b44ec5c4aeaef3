//! The measurement itself.

use std::{ffi::OsString, fs, time::Instant};

use crate::{Failure, platform::Platform};

/// Invocations of one turn.
const TURN: u32 = 100;
/// Turns of each side in one round.
const TURNS: u32 = 10;
/// Starts that are timed.
const STARTS: u32 = 20;

/// Microseconds of each of a turn's invocations.
fn turn(platform: &mut Platform, event: &[u8], into: &mut Vec<f64>) -> Result<(), Failure> {
    for _ in 0..TURN {
        into.push(platform.invoke(event)?.as_secs_f64() * 1e6);
    }
    Ok(())
}

/// What a client takes alone, and what the guard adds: microseconds, memory in MiB.
pub(crate) struct Measured {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) added_p50: Vec<f64>,
    pub(crate) added_p99: Vec<f64>,
    pub(crate) cpu: f64,
    pub(crate) memory: f64,
    pub(crate) own: f64,
}

pub(crate) fn measure(
    mut direct: Platform,
    mut guard: Platform,
    rounds: u64,
) -> Result<Measured, Failure> {
    let event = event()?;
    let (mut warm, mut p50, mut p99) = (Vec::new(), Vec::new(), Vec::new());
    turn(&mut direct, &event, &mut warm)?;
    turn(&mut guard, &event, &mut warm)?;
    let same = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).ok();
    if direct.answer().is_empty() || same(direct.answer()) != same(guard.answer()) {
        return Err("the answers differ".into());
    }
    let pid = guard.pid();
    let before = cpu(pid)?;
    let (mut added_p50, mut added_p99) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (mut plain, mut behind) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            turn(&mut direct, &event, &mut plain)?;
            turn(&mut guard, &event, &mut behind)?;
        }
        p50.push(quantile(&mut plain, 0.5));
        p99.push(quantile(&mut plain, 0.99));
        added_p50.push(quantile(&mut behind, 0.5) - quantile(&mut plain, 0.5));
        added_p99.push(quantile(&mut behind, 0.99) - quantile(&mut plain, 0.99));
    }
    let invocations = f64::from(TURN * TURNS) * f64::from(u32::try_from(rounds)?);
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or_default() / 1024.0
    };
    Ok(Measured {
        p50: median(&p50),
        p99: median(&p99),
        added_p50,
        added_p99,
        cpu: (cpu(pid)? - before) / invocations,
        memory: mib("VmRSS:"),
        own: mib("RssAnon:"),
    })
}

/// An event of 1 KB: a sample of an HTTP API, cut to its essentials.
fn event() -> Result<Vec<u8>, Failure> {
    let sample = guard_emulator::sample("http-api").ok_or("the sample is gone")?;
    let event: serde_json::Value = serde_json::from_str(sample.text)?;
    let mut event = event.as_object().cloned().unwrap_or_default();
    event.remove("cookies");
    if let Some(headers) = event.get_mut("headers").and_then(serde_json::Value::as_object_mut) {
        headers.retain(|name, _| !name.starts_with("x-"));
    }
    let mut text = serde_json::Value::Object(event).to_string().into_bytes();
    // Spaces at the end are part of no value.
    text.resize(text.len().max(1024), b' ');
    Ok(text)
}

/// Microseconds of processor time of all threads of a process.
fn cpu(pid: u32) -> Result<f64, Failure> {
    let mut nanoseconds = 0.0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let stat = fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += stat.split(' ').next().unwrap_or_default().parse::<f64>()?;
    }
    Ok(nanoseconds / 1000.0)
}

/// Milliseconds from the start of a program to the runtime's first request, alone and behind the
/// guard: the least of several, in turns.
pub(crate) fn ready(alone: &[OsString], behind: &[OsString]) -> Result<(f64, f64), Failure> {
    let time = |command: &[OsString]| -> Result<f64, Failure> {
        let started = Instant::now();
        let platform = Platform::start(command)?;
        let time = started.elapsed().as_secs_f64() * 1000.0;
        drop(platform);
        Ok(time)
    };
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..STARTS {
        best = (best.0.min(time(alone)?), best.1.min(time(behind)?));
    }
    Ok(best)
}

fn quantile(values: &mut [f64], at: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index of a few thousand"
    )]
    let index = (at * values.len() as f64) as usize;
    values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(&mut values.to_vec(), 0.5)
}

pub(crate) fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::{event, median, quantile};

    #[test]
    fn the_event_is_one_kilobyte_of_json() {
        let event = event().unwrap();
        assert!((1024..1200).contains(&event.len()), "{}", event.len());
        assert!(serde_json::from_slice::<serde_json::Value>(&event).is_ok());
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let mut values: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!((quantile(&mut values, 0.99), median(&values)), (99.0, 50.0));
    }
}
