//! Matching an event takes nothing from the heap, once the first ones have made room.
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use sigma::{Engine, parse};
use source_text::FileId;

/// The allocator of the system, counted for each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "the only way to see every allocation")]
// SAFETY: every call is handed on to the allocator of the system as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises about the layout are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, which is `System`'s.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const RULES: &str = "
title: a
logsource: {product: aws}
detection:
  a:
    eventName: [GetObject, PutObject]
    userIdentity.type: AssumedRole
    requestParameters.bucketName|contains: [orders, bills, x1, x2, x3, x4, x5]
    requestParameters.tags.key|re: '^[a-z]+$'
  f: {sourceIPAddress|cidr: 10.0.0.0/8}
  condition: a and not f
---
title: b
logsource: {product: aws}
detection:
  a: {userAgent|contains: boto3}
  b: {errorCode: null}
  c: {readOnly: true, additionalEventData.bytes|gt: 5}
  condition: all of them
---
title: c
logsource: {product: aws}
detection:
  a: [nowhere, 'or h*re']
  condition: a
";

#[test]
fn nothing_is_allocated_for_an_event() {
    let (engine, _) = Engine::new(&parse(FileId(0), RULES).rules, &[]);
    let mut scratch = engine.scratch();
    let events: Vec<String> = (0..100)
        .map(|at| {
            let name = ["GetObject", "ListBuckets", "PutObject"][at % 3];
            format!(r#"{{"eventSource":"s3.amazonaws.com","eventName":"{name}","sourceIPAddress":"203.0.113.{at}","userAgent":"Boto3/1.{at}","userIdentity":{{"type":"AssumedRole"}},"readOnly":true,"additionalEventData":{{"bytes":{at}}},"requestParameters":{{"bucketName":"My-Orders-{at}","tags":[{{"key":"a"}},{{"key":"B{at}"}}]}}}}"#)
        })
        .collect();
    let limits = audit_event::Limits::default();
    let (mut hits, mut allocations) = (0, 0);
    for round in 0..3 {
        for event in &events {
            audit_event::read(event.as_bytes(), &limits, &mut |event| {
                let before = COUNT.with(Cell::get);
                engine.matches(event, &mut scratch, &mut |_| hits += 1);
                if round > 0 {
                    allocations += COUNT.with(Cell::get) - before;
                }
            });
        }
    }
    assert!(hits > 300, "{hits}");
    assert_eq!(allocations, 0);
    let text = std::hint::black_box(String::from("counted"));
    assert!(COUNT.with(Cell::get) > text.len());
}
