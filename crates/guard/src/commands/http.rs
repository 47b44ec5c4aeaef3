//! `http`: a reverse proxy before an application that speaks HTTP.

use std::net::Ipv4Addr;
use std::time::Duration;

use guard_front::{Limits, Options, Upstream};
use guard_settings::Mode;

use super::Command;
use crate::arguments::{Arguments, address};
use crate::failure::{Failure, Outcome};
use crate::http::Serving;
use crate::settings_file::{self, Loaded};

pub(crate) const COMMAND: Command = Command {
    name: "http",
    summary: "Looks at HTTP requests before an application sees them, as a reverse proxy",
    usage: "faasguard-guard http --listen ADDRESS --upstream URL [OPTION…] [-- PROGRAM ARGUMENT…]

  --listen ADDRESS     Where clients connect to: 0.0.0.0:8080
  --upstream URL       The application: http://127.0.0.1:8081
  --settings FILE      What is enforced; FAASGUARD_SETTINGS, /opt/faasguard/settings.json or
                       /var/task/faasguard.json where this is absent
  --trust-proxy COUNT  How many proxies before this one are believed when they say who the client
                       is (X-Forwarded-For), what it spoke and by which id (X-Request-Id); 0
  --health PATH        Answered here with 200, without the application
  --concurrency COUNT  Requests that the application gets at the same time; 256
  --queue COUNT        Requests that wait for their turn, up to 10 s; 1024
  --connections COUNT  Connections of clients; 4096
  --timeout SECONDS    For the application to begin its answer; 60
  --grace SECONDS      For the last answers after SIGTERM; 8

PROGRAM is started first; connections wait, unrefused, until the application listens. SIGTERM ends
the front, then PROGRAM; the exit code is PROGRAM's.",
    run,
};

fn run(mut arguments: Arguments) -> Outcome {
    let program = arguments.optional_program();
    let listen = arguments.value("--listen")?;
    let url = arguments.value("--upstream")?;
    let named = arguments.value("--settings")?;
    let health = arguments.value("--health")?;
    let trusted_proxies = number(&mut arguments, "--trust-proxy", 0, 100)?;
    let limits = Limits::default();
    let concurrency = number(&mut arguments, "--concurrency", limits.concurrency, 65_536)?;
    let queue = number(&mut arguments, "--queue", limits.queue, 65_536)?;
    let connections = number(&mut arguments, "--connections", limits.connections, 1 << 20)?;
    let timeout = number(&mut arguments, "--timeout", 60, 86_400)?;
    let grace = number(&mut arguments, "--grace", 8, 86_400)?;
    arguments.finish()?;

    let listen = listen.ok_or_else(|| Failure::usage("--listen is missing; see --help"))?;
    let listen = address("--listen", &listen, Ipv4Addr::UNSPECIFIED)?;
    let url = url.ok_or_else(|| Failure::usage("--upstream is missing; see --help"))?;
    let upstream =
        Upstream::resolve(&url).map_err(|error| Failure::usage(format!("--upstream: {error}")))?;
    if health.as_ref().is_some_and(|path| !path.starts_with('/')) {
        return Err(Failure::usage("--health: a path begins with `/`"));
    }
    let Loaded { settings, fault } = settings_file::read_or_defaults(named.as_deref())?;
    let body_bytes = match settings.mode {
        // Nobody looks, so nothing is held back for it.
        Mode::Off => 64 * 1024,
        _ => usize::try_from(settings.validate.max_bytes).unwrap_or(usize::MAX),
    };
    let seconds = |count: usize| Duration::from_secs(count as u64);
    let limits = Limits {
        body_bytes,
        held_bytes: limits.held_bytes.max(body_bytes.saturating_mul(2)),
        concurrency: concurrency.max(1),
        queue,
        connections: connections.max(1),
        answer_time: seconds(timeout.max(1)),
        ..limits
    };
    let is_held = program.is_some();
    let options =
        Options { trusted_proxies, health, is_held, limits, ..Options::new(listen, upstream) };
    let mut serving = Serving::start(&settings, options, program.as_deref(), seconds(grace))?;
    if let Some(fault) = fault {
        serving.fault(&fault);
    }
    serving.serve()
}

/// A whole number up to `most`.
fn number(
    arguments: &mut Arguments,
    name: &str,
    default: usize,
    most: usize,
) -> Result<usize, Failure> {
    let Some(text) = arguments.value(name)? else { return Ok(default) };
    text.parse()
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| Failure::usage(format!("{name}: `{text}` is no whole number up to {most}")))
}
