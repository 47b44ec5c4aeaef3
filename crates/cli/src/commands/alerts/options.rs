//! Where alerts go: the options that `alerts send` and `trail detect` share.

use std::{path::PathBuf, time::Duration};

use alert_form::{Secret, SinkKind, SinkSettings, SinksFile};
use alert_sinks::{Courier, Finished, Patience, Queue, QueueLimits, Sink, SinkPolicy, resolve};
use anyhow::{Context as _, bail};
use clap::Args;
use sigma::Severity;

use crate::input;

/// Where alerts go.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sinks")]
pub(crate) struct SinkOptions {
    /// Send alerts there: jsonl=FILE, ocsf=FILE, asff=FILE, webhook=URL, slack=env:NAME, pagerduty=env:NAME,
    /// sns=ARN, eventbridge=BUS; secrets stand in environment variables; may be given several times
    #[arg(long = "sink", value_name = "KIND=VALUE", value_parser = parse_sink)]
    pub(crate) sinks: Vec<SinkSettings>,
    /// Settings file (JSON) with more sinks, each with a level of its own
    #[arg(long = "sinks", value_name = "FILE")]
    pub(crate) sinks_file: Option<PathBuf>,
    /// Alerts from this level on, for sinks of the command line
    #[arg(long, value_name = "LEVEL", value_parser = crate::commands::trail::detect::parse_level)]
    pub(crate) sink_level: Option<Severity>,
    /// Environment variable with the key that signs what webhooks of the command line get
    #[arg(long, value_name = "NAME")]
    pub(crate) webhook_key_env: Option<String>,
    /// Folder that keeps what is to be sent and what was, so that a run that ends early loses nothing
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// Hours for which a sink is not given the same alert again
    #[arg(long, value_name = "HOURS", default_value = "24")]
    pub(crate) dedup_hours: u32,
    /// Tries of one delivery before it goes to `dead-letters.jsonl`
    #[arg(long, value_name = "COUNT", default_value = "8", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) sink_attempts: u32,
    /// Seconds that one delivery may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) sink_timeout: u64,
    /// Seconds that are waited at the end for what was not yet delivered
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) sink_wait: u64,
    /// Take addresses without TLS that are not on this machine
    #[arg(long)]
    pub(crate) allow_http: bool,
}

fn parse_sink(text: &str) -> Result<SinkSettings, String> {
    SinkSettings::parse(text).map_err(|error| error.to_string())
}

impl SinkOptions {
    /// The sinks, ready to send.
    pub(crate) fn ready(&self) -> anyhow::Result<Vec<Sink>> {
        let mut all = self.sinks.clone();
        for sink in &mut all {
            sink.level = self.sink_level.unwrap_or(sink.level);
            if let (SinkKind::Webhook { key, .. }, Some(name)) =
                (&mut sink.kind, &self.webhook_key_env)
            {
                *key = Some(Secret::Variable(name.clone()));
            }
        }
        if let Some(path) = &self.sinks_file {
            let shown = path.display();
            let text = input::read_text(path).with_context(|| format!("cannot read `{shown}`"))?;
            all.extend(SinksFile::parse(&text).with_context(|| format!("{shown}"))?.sinks);
        }
        for (at, sink) in all.iter().enumerate() {
            if all.iter().take(at).any(|it| it.name == sink.name) {
                bail!("sink `{}` is given twice", sink.name);
            }
        }
        let policy = SinkPolicy {
            timeout: Duration::from_secs(self.sink_timeout),
            allow_http: self.allow_http,
        };
        let variable = |name: &str| std::env::var(name).ok();
        all.iter().map(|it| Ok(resolve(it, policy, &variable)?)).collect()
    }

    /// Begins to send; `None` when there is no sink.
    pub(crate) fn courier(&self) -> anyhow::Result<Option<Courier>> {
        let sinks = self.ready()?;
        if sinks.is_empty() {
            return Ok(None);
        }
        let limits =
            QueueLimits { window_s: i64::from(self.dedup_hours) * 3_600, ..QueueLimits::default() };
        let queue = match &self.state {
            Some(folder) => Queue::open(folder, limits, now_s())?,
            None => Queue::in_memory(limits),
        };
        let patience = Patience { attempts: self.sink_attempts, ..Patience::default() };
        let courier = Courier::start(queue, sinks, patience);
        Ok(Some(courier.context("a sink cannot be made ready")?))
    }

    /// Waits for what is still to be sent, and tells how it ended; whether everything arrived.
    pub(crate) fn finish(&self, courier: Courier) -> bool {
        let finished = courier.finish(Duration::from_secs(self.sink_wait));
        for line in lines(&finished, self.state.is_some()) {
            eprintln!("{}", report::visible(&line));
        }
        finished.is_complete()
    }
}

/// Seconds since 1970.
pub(crate) fn now_s() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// What each sink did, in words.
fn lines(finished: &Finished, has_state: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for sink in &finished.sinks {
        let mut parts = vec![format!("sink {}: {} sent", sink.name, sink.sent)];
        let counts = [
            (sink.known, "sent before"),
            (sink.below, "below its level"),
            (sink.dead, if has_state { "given up, in `dead-letters.jsonl`" } else { "given up" }),
            (
                sink.waiting as u64,
                if has_state { "left for the next run" } else { "lost: there is no --state" },
            ),
        ];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        parts.extend(counts.map(|(count, what)| format!("{count} {what}")));
        let mut line = parts.join(", ");
        if let Some(why) = &sink.last_failure {
            line = format!("{line}; last failure: {why}");
        }
        lines.push(line);
    }
    for (name, count) in &finished.others {
        lines.push(format!(
            "{count} alerts wait for the sink `{name}`, which this run does not have"
        ));
    }
    if finished.damaged > 0 {
        let count = finished.damaged;
        lines.push(format!("{count} lines of the journal were damaged; what they told is lost"));
    }
    if finished.forgotten > 0 {
        let count = finished.forgotten;
        lines.push(format!("{count} alerts were forgotten early, and may be sent again"));
    }
    lines
}
