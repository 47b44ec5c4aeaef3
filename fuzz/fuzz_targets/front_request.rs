//! Any bytes, read as a request and passed on: what the application gets is exactly one request, with
//! the body that was announced, and nothing of what only a trusted proxy may say.
#![no_main]

use guard_front::{Forwarding, client_address, fault_of, forwarded_request, request_id_of};
use guard_http::{Decoder, Framing, Limits, Part, RequestHead};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut decoder = Decoder::<RequestHead>::new(Limits::default());
    let Ok(step) = decoder.step(data) else { return };
    let Part::Head(head, framing) = step.part else { return };
    let peer = "192.0.2.1".parse().unwrap();
    for trusted_proxies in [0, 1, 2] {
        let _ = client_address(&head.headers, peer, trusted_proxies);
        let id = request_id_of(&head.headers, trusted_proxies).unwrap_or("id");
        if fault_of(&head).is_some() {
            continue;
        }
        let framing = match framing {
            Framing::Chunked | Framing::UntilClose => Framing::Chunked,
            other => other,
        };
        let forwarding =
            Forwarding { peer, trusted_proxies, id, framing, upgrades: false, wants_plain: true };
        let mut bytes = Vec::new();
        forwarded_request(&head, &forwarding).write(&mut bytes);
        let mut again = Decoder::<RequestHead>::new(Limits { headers: 256, ..Limits::default() });
        let Ok(step) = again.step(&bytes) else {
            // A few headers more may be one too many for the reader; nothing else may be.
            assert!(bytes.len() > 60_000 || head.headers.len() > 100, "{head:?}");
            continue;
        };
        assert_eq!(step.consumed, bytes.len());
        let Part::Head(seen, found) = step.part else { panic!("{bytes:?}") };
        assert_eq!(found, framing);
        assert_eq!(
            seen.headers.all("host").count(),
            usize::from(seen.headers.get("host").is_some())
        );
        assert_eq!(seen.headers.all("x-forwarded-for").count(), 1);
        assert!(seen.target.starts_with('/') || seen.target == "*");
        if trusted_proxies == 0 {
            assert_eq!(seen.headers.get("x-forwarded-for"), Some(&b"192.0.2.1"[..]));
            assert!(seen.headers.get("forwarded").is_none());
        }
    }
});
