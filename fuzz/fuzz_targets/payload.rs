//! Any text, classified in every context and as a key: no panic, scores within their range, and
//! the sharper threshold never lets through what the ordinary one refuses.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use payload::{Class, Classes, Context, Engine, Scratch};

static ENGINE: LazyLock<Engine> = LazyLock::new(Engine::new);

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut scratch = Scratch::default();
    let any = ENGINE.classify(&mut scratch, &text, Context::Any(Classes::ALL));
    assert!((0.0..=1.0).contains(&any.score));
    if let Some(hit) = any.hit {
        assert!(hit.score == any.score && hit.score >= 0.5);
        let sink = Context::Sink(Classes::NONE.with(hit.class));
        assert!(ENGINE.classify(&mut scratch, &text, sink).hit.is_some());
    }
    for class in Class::ALL {
        let sink = Context::Sink(Classes::NONE.with(class));
        let verdict = ENGINE.classify(&mut scratch, &text, sink);
        assert!(verdict.hit.is_none_or(|hit| hit.class == class));
    }
    let _ = ENGINE.classify_key(&mut scratch, &text, Context::Any(Classes::ALL));
});
