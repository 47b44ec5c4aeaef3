//! Bytes through real pipes: nothing lost, no waiting for ever, no crash.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::thread;
use std::time::{Duration, Instant};

use guard_logs::{Invocation, LogStream, Masker, Options, Pump};

fn options(mask: bool) -> Options {
    Options { mask, ..Options::default() }
}

fn pipe() -> (OwnedFd, OwnedFd) {
    let (read, write) = std::io::pipe().unwrap();
    (read.into(), write.into())
}

/// Drives to the end; gives the number of calls.
fn drive_to_end(pump: &mut Pump, masker: &Masker) -> usize {
    let mut calls = 0;
    loop {
        calls += 1;
        let driven = pump.drive(masker, &Invocation::default(), Instant::now());
        if driven.is_done {
            return calls;
        }
        if !driven.again {
            thread::sleep(Duration::from_micros(200));
        }
        assert!(calls < 2_000_000, "the pump does not end");
    }
}

#[test]
fn a_hundred_megabytes_come_through_whole() {
    let (from, to_pump) = pipe();
    let (from_pump, to) = pipe();
    let line = b"2026-11-26T10:00:00Z INFO an ordinary line of a log, with a number 12345\n";
    let count = 100 * 1024 * 1024 / line.len();
    let writer = thread::spawn(move || {
        let mut to_pump = File::from(to_pump);
        let block = line.repeat(500);
        for _ in 0..count / 500 {
            to_pump.write_all(&block).unwrap();
        }
    });
    let reader = thread::spawn(move || {
        let mut from_pump = File::from(from_pump);
        let mut buffer = vec![0; 1 << 16];
        let mut place = 0;
        loop {
            let read = from_pump.read(&mut buffer).unwrap();
            if read == 0 {
                return place;
            }
            for byte in &buffer[..read] {
                assert_eq!(*byte, line[place % line.len()]);
                place += 1;
            }
        }
    });
    let mut pump = Pump::new(from, to, LogStream::new(options(true))).unwrap();
    drive_to_end(&mut pump, &Masker::new(&[]));
    let moved = pump.bytes_in();
    drop(pump);
    writer.join().unwrap();
    assert_eq!(reader.join().unwrap() as u64, moved);
    assert_eq!(moved, (count / 500 * 500 * line.len()) as u64);
}

#[test]
fn a_reader_that_is_slow_holds_the_writer_back() {
    let (from, to_pump) = pipe();
    let (from_pump, to) = pipe();
    let mut pump = Pump::new(from, to, LogStream::new(options(true))).unwrap();
    let masker = Masker::new(&[]);
    let writer = thread::spawn(move || {
        File::from(to_pump).write_all(&b"0123456789abcde\n".repeat(256 * 1024)).unwrap();
    });
    for _ in 0..100 {
        let driven = pump.drive(&masker, &Invocation::default(), Instant::now());
        assert!(!driven.is_done);
        thread::sleep(Duration::from_millis(1));
    }
    assert!(pump.bytes_in() < 2 * 1024 * 1024, "{} bytes are held", pump.bytes_in());
    let driven = pump.drive(&masker, &Invocation::default(), Instant::now());
    assert!(driven.wants_write && !driven.again, "a full pipe must not be asked again and again");
    let reader = thread::spawn(move || {
        let mut all = Vec::new();
        File::from(from_pump).read_to_end(&mut all).unwrap();
        all.len()
    });
    drive_to_end(&mut pump, &masker);
    drop(pump);
    writer.join().unwrap();
    assert_eq!(reader.join().unwrap(), 16 * 256 * 1024);
}

#[test]
fn a_full_disk_and_a_reader_that_is_gone_are_faults_that_are_told() {
    let masker = Masker::new(&[]);
    let full: OwnedFd = OpenOptions::new().write(true).open("/dev/full").unwrap().into();
    let (gone, broken) = pipe();
    drop(gone);
    for (output, name) in [(full, "full"), (broken, "gone")] {
        let (from, to_pump) = pipe();
        let mut to_pump = File::from(to_pump);
        let mut pump = Pump::new(from, output, LogStream::new(options(true))).unwrap();
        to_pump.write_all(b"one line\n").unwrap();
        let driven = pump.drive(&masker, &Invocation::default(), Instant::now());
        assert!(!driven.again && !driven.wants_write, "{name}");
        let fault = pump.take_fault().unwrap();
        assert_eq!(fault.lost, 9, "{name}");
        assert!(pump.take_fault().is_none(), "{name}");
        drop(to_pump);
        drive_to_end(&mut pump, &masker);
    }
}

#[test]
fn a_file_takes_everything_and_a_line_without_end_is_written_after_a_while() {
    let masker = Masker::new(&[]);
    let path = std::env::temp_dir().join(format!("guard_logs-{}", std::process::id()));
    let file: OwnedFd = File::create(&path).unwrap().into();
    let (from, to_pump) = pipe();
    let mut to_pump = File::from(to_pump);
    let mut pump = Pump::new(from, file, LogStream::new(options(true))).unwrap();
    to_pump.write_all(b"whole ann@example.com\nloading...").unwrap();
    let now = Instant::now();
    let driven = pump.drive(&masker, &Invocation::default(), now);
    assert_eq!(std::fs::read(&path).unwrap(), b"whole [email]\n");
    let driven = pump.drive(&masker, &Invocation::default(), driven.wake_at.unwrap());
    assert!(driven.wake_at.is_none());
    assert_eq!(std::fs::read(&path).unwrap(), b"whole [email]\nloading...");
    assert_eq!(pump.take_counts().of("email"), 1);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_line_without_end_keeps_no_line_of_the_guard_waiting() {
    let masker = Masker::new(&[]);
    let (from, to_pump) = pipe();
    let (from_pump, to) = pipe();
    let mut to_pump = File::from(to_pump);
    let mut pump = Pump::new(from, to, LogStream::new(options(true))).unwrap();
    to_pump.write_all(b"a ").unwrap();
    let driven = pump.drive(&masker, &Invocation::default(), Instant::now());
    pump.write_own("own 1\n");
    pump.drive(&masker, &Invocation::default(), driven.wake_at.unwrap());
    pump.write_own("own 2\n");
    pump.write_own("own 3\n");
    to_pump.write_all(b"line\nthe end").unwrap();
    drop(to_pump);
    drive_to_end(&mut pump, &masker);
    pump.write_own("own 4\n");
    drop(pump);
    let mut out = String::new();
    File::from(from_pump).read_to_string(&mut out).unwrap();
    assert_eq!(out, "own 1\na \nown 2\nown 3\nline\nthe end\nown 4\n");
}
