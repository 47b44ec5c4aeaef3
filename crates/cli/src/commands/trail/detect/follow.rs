//! A folder that is followed until a signal ends it.

use std::{
    io::{self, Write as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::Args;
use detection::Watch;
use signal_hook::consts::{SIGINT, SIGTERM};
use trail_files::{Checkpoint, DetectRequest, Detection, FollowState, Follower};

use super::{DetectOptions, Form, draw::Writer};
use crate::commands::alerts::options::now_s;

/// How often the baseline is written.
const BASELINE: Duration = Duration::from_mins(1);

/// The longest sleep between two looks at the signals.
const NAP: Duration = Duration::from_millis(50);

/// How a folder is followed.
#[derive(Args, Debug)]
#[command(next_help_heading = "Following")]
pub(crate) struct FollowOptions {
    /// Go on: read what comes, grows or is renamed below the folders, until SIGINT or SIGTERM; with --state
    /// the next run goes on where this one was
    #[arg(long)]
    pub(crate) follow: bool,
    /// Milliseconds between two looks at the folders
    #[arg(long, value_name = "MILLISECONDS", default_value = "250", value_parser = clap::value_parser!(u64).range(10..=60_000))]
    pub(crate) poll: u64,
    /// Seconds between two lines on standard error that say that it goes on; 0 for none
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(crate) heartbeat: u64,
}

/// Two flags that signals set.
struct Signals {
    end: Arc<AtomicBool>,
}

impl Signals {
    fn new() -> io::Result<Self> {
        let end = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The second one ends at once.
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&end))?;
            signal_hook::flag::register(signal, Arc::clone(&end))?;
        }
        Ok(Self { end })
    }

    fn is_end(&self) -> bool {
        self.end.load(Ordering::Relaxed)
    }
}

/// Follows until a signal or a closed pipe; gives the figures.
pub(super) fn follow<W: io::Write + Send>(
    options: &DetectOptions,
    request: &DetectRequest<'_>,
    watch: Option<&Mutex<Watch>>,
    writer: &mut Writer<'_, W>,
) -> anyhow::Result<Detection> {
    if !matches!(options.format, Form::Text | Form::Jsonl) {
        bail!("--follow has no end, so it prints lines: use --format text or jsonl");
    }
    if options.reading.paths.iter().any(|it| it.as_os_str() == "-") {
        bail!("standard input cannot be followed; name a folder");
    }
    let signals = Signals::new().context("signals cannot be watched")?;
    let (checkpoint, state) = match &options.sinks.state {
        None => (None, None),
        Some(folder) => {
            let (checkpoint, state) = Checkpoint::open(folder)?;
            (Some(checkpoint), state)
        }
    };
    let mut follower = match state {
        None => Follower::new(request),
        Some(mut state) => {
            writer.take_up(&mut state.more);
            Follower::restore(request, state)?
        }
    };
    let mut clock = Clock::new(options);
    loop {
        let look = follower.look(Instant::now(), &mut |hit| writer.write(hit))?;
        for remark in look.remarks {
            let text = format!("{}: {}", remark.path.display(), remark.message);
            eprintln!("{}", report::visible(&text));
        }
        writer.hand_on()?;
        clock.note(look.has_news);
        if let Some(checkpoint) = &checkpoint
            && clock.is_checkpoint_due()
        {
            let started = Instant::now();
            keep(checkpoint, &follower, writer)?;
            clock.has_kept(started);
        }
        if clock.is_baseline_due()
            && let Some(watch) = watch
        {
            options.watching.write(watch, options.sinks.state.as_deref())?;
        }
        if clock.is_heartbeat_due() {
            beat(options.format, &follower, look.unfinished, writer.waiting());
        }
        if !clock.sleep(&signals) {
            break;
        }
    }
    if let Some(checkpoint) = &checkpoint {
        keep(checkpoint, &follower, writer)?;
    }
    Ok(follower.into_detection())
}

fn keep<W: io::Write>(
    checkpoint: &Checkpoint,
    follower: &Follower<'_>,
    writer: &Writer<'_, W>,
) -> anyhow::Result<()> {
    let mut state: FollowState = follower.state();
    state.more = writer.state();
    Ok(checkpoint.keep(&state)?)
}

/// Says that it goes on.
fn beat(form: Form, follower: &Follower<'_>, unfinished: usize, waiting: usize) {
    let detection = follower.detection();
    let (files, events, hits) = (follower.file_count(), detection.events, detection.hits);
    let skipped = follower.skipped();
    let time = audit_event::Time(now_s());
    let line = if form == Form::Jsonl {
        serde_json::json!({"heartbeat": {
            "time": time.to_string(), "files": files, "events": events, "matches": hits,
            "skipped": skipped, "unfinished": unfinished, "waiting": waiting,
        }})
        .to_string()
    } else {
        format!(
            "{time} following {files} files: {events} events, {hits} matches, {skipped} parts not read, \
             {unfinished} files not at their end, {waiting} deliveries wait"
        )
    };
    // Whoever closed standard error wants no heartbeats.
    let _ = writeln!(io::stderr(), "{line}");
}

/// When what is due.
struct Clock {
    poll: Duration,
    heartbeat: Option<Duration>,
    last_heartbeat: Instant,
    last_baseline: Instant,
    has_news: bool,
    /// Whether something was read since the last checkpoint, and when the next one may be.
    is_ahead: bool,
    next_checkpoint: Instant,
}

impl Clock {
    fn new(options: &DetectOptions) -> Self {
        let seconds = options.following.heartbeat;
        Self {
            poll: Duration::from_millis(options.following.poll),
            heartbeat: (seconds > 0).then(|| Duration::from_secs(seconds)),
            last_heartbeat: Instant::now(),
            last_baseline: Instant::now(),
            has_news: false,
            is_ahead: false,
            next_checkpoint: Instant::now(),
        }
    }

    fn note(&mut self, has_news: bool) {
        self.has_news |= has_news;
        self.is_ahead |= has_news;
    }

    fn is_checkpoint_due(&self) -> bool {
        self.is_ahead && Instant::now() >= self.next_checkpoint
    }

    /// A large checkpoint takes a tenth of the time at most. What is read again after a kill because of that,
    /// sinks know already.
    fn has_kept(&mut self, started: Instant) {
        self.is_ahead = false;
        self.next_checkpoint = Instant::now() + started.elapsed() * 10;
    }

    fn is_baseline_due(&mut self) -> bool {
        let is_due = self.has_news && self.last_baseline.elapsed() >= BASELINE;
        if is_due {
            self.last_baseline = Instant::now();
            self.has_news = false;
        }
        is_due
    }

    fn is_heartbeat_due(&mut self) -> bool {
        let is_due = self.heartbeat.is_some_and(|it| self.last_heartbeat.elapsed() >= it);
        if is_due {
            self.last_heartbeat = Instant::now();
        }
        is_due
    }

    /// Sleeps until the next look; false when it is time to end.
    fn sleep(&self, signals: &Signals) -> bool {
        let until = Instant::now() + self.poll;
        loop {
            if signals.is_end() {
                return false;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(NAP));
        }
    }
}
