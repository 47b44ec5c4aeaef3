//! Prints the calls of cloud services of each function: `cargo run -p scan --example function_calls DIR`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example talks to its caller")]

use std::{env, error::Error, path::PathBuf};

use scan::{Request, scan};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = env::args().skip(1).map(PathBuf::from).collect();
    let request = Request {
        paths,
        keep_applications: true,
        today: "2026-01-01".into(),
        ..Request::default()
    };
    let outcome = scan(&request, &|_, _| {})?;
    let (mut functions, mut calls, mut dynamic) = (0, 0, 0);
    for (app, view) in outcome.applications.iter().zip(&outcome.code) {
        for (name, of_function) in &view.calls {
            functions += 1;
            let place = app.function(name).map(|function| function.place);
            let template = place.map(|place| outcome.sources.path(place.file)).unwrap_or_default();
            let whole = if view.whole.contains(name) { "" } else { " (in part)" };
            println!("{template} {name}{whole}");
            for call in &of_function.calls {
                calls += 1;
                let path = outcome.sources.path(call.place.file);
                println!("    {path}:{}: {} {call}", call.place.line, call.sdk.as_str());
            }
            for call in &of_function.dynamic_calls {
                dynamic += 1;
                let path = outcome.sources.path(call.place.file);
                let service = call.service.as_deref().unwrap_or("?");
                println!("    {path}:{}: dynamic {service}: {}", call.place.line, call.reason);
            }
        }
    }
    eprintln!("{functions} functions, {calls} calls, {dynamic} dynamic calls");
    Ok(())
}
