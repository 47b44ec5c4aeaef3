//! A detector as bytes, and back: little-endian, versioned, at most [`Detector::MOST_BYTES`].

use thiserror::Error;

use crate::{
    alert::{Event, Noticed},
    detector::{Detector, Params},
    members::{Memory, Range},
};

/// First bytes of every snapshot.
const MAGIC: [u8; 4] = *b"FGAN";

/// Version of the layout, of the committee and of its numbers: what an other one learned means nothing here.
const VERSION: u16 = 1;

/// Why bytes are no detector.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SnapshotError {
    /// They do not begin as snapshots do.
    #[error("not a snapshot of a detector")]
    NotASnapshot,
    /// They were written by another version.
    #[error(
        "a snapshot of version {found}, and this program reads version {VERSION}; learn the series anew"
    )]
    Version {
        /// The version that wrote them.
        found: u16,
    },
    /// They end early, go on behind the end, or hold what no detector can.
    #[error("the snapshot is damaged at byte {at}; learn the series anew")]
    Damaged {
        /// Where.
        at: usize,
    },
}

/// Writes or reads: one description of the layout serves both, so that they cannot differ.
trait Codec {
    fn bytes<const N: usize>(&mut self, bytes: &mut [u8; N]) -> Result<(), SnapshotError>;
    fn damaged(&self) -> SnapshotError;

    fn u8(&mut self, value: &mut u8) -> Result<(), SnapshotError> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = u8::from_le_bytes(bytes);
        Ok(())
    }
    fn u16(&mut self, value: &mut u16) -> Result<(), SnapshotError> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = u16::from_le_bytes(bytes);
        Ok(())
    }
    fn u32(&mut self, value: &mut u32) -> Result<(), SnapshotError> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = u32::from_le_bytes(bytes);
        Ok(())
    }
    fn i64(&mut self, value: &mut i64) -> Result<(), SnapshotError> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = i64::from_le_bytes(bytes);
        Ok(())
    }
    fn f32(&mut self, value: &mut f32) -> Result<(), SnapshotError> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = f32::from_le_bytes(bytes);
        if value.is_nan() { Err(self.damaged()) } else { Ok(()) }
    }
    fn f64(&mut self, value: &mut f64) -> Result<(), SnapshotError> {
        let mut bytes = value.to_le_bytes();
        self.bytes(&mut bytes)?;
        *value = f64::from_le_bytes(bytes);
        if value.is_finite() { Ok(()) } else { Err(self.damaged()) }
    }
    fn bool(&mut self, value: &mut bool) -> Result<(), SnapshotError> {
        let mut byte = u8::from(*value);
        self.u8(&mut byte)?;
        *value = byte == 1;
        if byte > 1 { Err(self.damaged()) } else { Ok(()) }
    }
    fn maybe_i64(&mut self, value: &mut Option<i64>) -> Result<(), SnapshotError> {
        let mut is_some = value.is_some();
        self.bool(&mut is_some)?;
        if is_some {
            self.i64(value.get_or_insert(0))
        } else {
            *value = None;
            Ok(())
        }
    }
}

struct Writer(Vec<u8>);

impl Codec for Writer {
    fn bytes<const N: usize>(&mut self, bytes: &mut [u8; N]) -> Result<(), SnapshotError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
    fn damaged(&self) -> SnapshotError {
        SnapshotError::Damaged { at: self.0.len() }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Codec for Reader<'_> {
    fn bytes<const N: usize>(&mut self, bytes: &mut [u8; N]) -> Result<(), SnapshotError> {
        let (read, _) = self
            .bytes
            .get(self.at..)
            .and_then(<[u8]>::split_first_chunk::<N>)
            .ok_or(SnapshotError::Damaged { at: self.at })?;
        *bytes = *read;
        self.at += N;
        Ok(())
    }
    fn damaged(&self) -> SnapshotError {
        SnapshotError::Damaged { at: self.at }
    }
}

impl Detector {
    /// A snapshot is never larger.
    pub const MOST_BYTES: usize = 4_096;

    /// What the detector knows, without the alerts that nobody has taken yet.
    #[must_use]
    pub fn snapshot(&self) -> Vec<u8> {
        let mut writer = Writer(Vec::with_capacity(2_048));
        writer.0.extend_from_slice(&MAGIC);
        writer.0.extend_from_slice(&VERSION.to_le_bytes());
        // Writing to memory does not fail; a detector holds finite numbers only.
        let _ = layout(&mut self.clone(), &mut writer);
        writer.0
    }

    /// The detector of a snapshot; it goes on as the one that wrote it would have.
    ///
    /// # Errors
    /// [`SnapshotError`] when the bytes are none, of another version, or damaged.
    pub fn restore(params: &Params, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut reader = Reader { bytes, at: 0 };
        let mut magic = [0; 4];
        reader.bytes(&mut magic).map_err(|_| SnapshotError::NotASnapshot)?;
        if magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        let mut found = 0;
        reader.u16(&mut found)?;
        if found != VERSION {
            return Err(SnapshotError::Version { found });
        }
        let mut detector = Self::new(params);
        layout(&mut detector, &mut reader)?;
        if reader.at != bytes.len() {
            return Err(reader.damaged());
        }
        Ok(detector)
    }
}

fn layout<C: Codec>(detector: &mut Detector, codec: &mut C) -> Result<(), SnapshotError> {
    codec.f64(&mut detector.base)?;
    codec.u32(&mut detector.points)?;
    codec.u32(&mut detector.missing)?;
    codec.u32(&mut detector.settled)?;
    codec.bool(&mut detector.is_all_zero)?;
    let clock = &mut detector.clock;
    codec.i64(&mut clock.last)?;
    codec.f64(&mut clock.interval)?;
    codec.i64(&mut clock.longest_pause)?;
    codec.maybe_i64(&mut clock.zero_since)?;
    codec.i64(&mut clock.longest_zeros)?;
    codec.u32(&mut clock.zero_runs)?;
    codec.bool(&mut clock.is_told)?;
    recent(&mut detector.values, codec)?;
    codec.f64(&mut detector.size)?;
    for range in &mut detector.ranges {
        self::range(range, codec)?;
    }
    let members = crate::members::MEMBERS.iter().zip(&mut detector.memories);
    for (member, memories) in members {
        let is_alone = member.context == crate::members::Context::Any;
        let used = if is_alone { 1 } else { usize::MAX };
        for memory in memories.coarse.iter_mut().chain(&mut memories.fine).take(used) {
            self::memory(memory, codec)?;
        }
    }
    codec.f32(&mut detector.evidence.habit)?;
    for peak in &mut detector.evidence.peaks {
        codec.u32(&mut peak.at)?;
        codec.f32(&mut peak.evidence)?;
    }
    let baseline = &mut detector.baseline;
    codec.u32(&mut baseline.points)?;
    codec.f64(&mut baseline.level)?;
    codec.f64(&mut baseline.level_error)?;
    codec.f64(&mut baseline.slow)?;
    codec.f64(&mut baseline.slow_error)?;
    codec.f64(&mut baseline.step)?;
    codec.f64(&mut baseline.last)?;
    codec.f64(&mut baseline.hour_error)?;
    codec.u32(&mut baseline.hour_points)?;
    codec.f64(&mut baseline.visit)?;
    for cell in &mut baseline.cells {
        codec.f32(&mut cell.mean)?;
        codec.u16(&mut cell.seen)?;
    }
    codec.f64(&mut detector.distance)?;
    codec.f64(&mut detector.wildness)?;
    codec.f64(&mut detector.farthest)?;
    codec.f64(&mut detector.trend.above)?;
    codec.f64(&mut detector.trend.below)?;
    codec.f64(&mut detector.trend.peak)?;
    codec.f64(&mut detector.trend.usual)?;
    codec.maybe_i64(&mut detector.rebaseline_at)?;
    event(&mut detector.event, codec)
}

fn recent<const N: usize, C: Codec>(
    recent: &mut crate::recent::Recent<N>,
    codec: &mut C,
) -> Result<(), SnapshotError> {
    let mut held = recent.held().to_vec();
    let mut len = u8::try_from(held.len()).unwrap_or(u8::MAX);
    codec.u8(&mut len)?;
    if usize::from(len) > N {
        return Err(codec.damaged());
    }
    held.resize(usize::from(len), 0.0);
    *recent = crate::recent::Recent::new();
    for mut value in held {
        codec.f32(&mut value)?;
        recent.push(value);
    }
    Ok(())
}

fn range<C: Codec>(range: &mut Range, codec: &mut C) -> Result<(), SnapshotError> {
    codec.f32(&mut range.low)?;
    codec.f32(&mut range.high)
}

fn memory<C: Codec>(memory: &mut Memory, codec: &mut C) -> Result<(), SnapshotError> {
    range(&mut memory.range, codec)?;
    codec.u16(&mut memory.seen)
}

fn event<C: Codec>(event: &mut Option<Event>, codec: &mut C) -> Result<(), SnapshotError> {
    let mut is_some = event.is_some();
    codec.bool(&mut is_some)?;
    if !is_some {
        *event = None;
        return Ok(());
    }
    let event = event.get_or_insert(Event::NONE);
    codec.i64(&mut event.start)?;
    codec.i64(&mut event.end)?;
    codec.f64(&mut event.score)?;
    codec.f64(&mut event.value)?;
    codec.f64(&mut event.expected)?;
    codec.f64(&mut event.level)?;
    codec.f64(&mut event.spread)?;
    codec.f64(&mut event.first)?;
    codec.u32(&mut event.above)?;
    codec.u32(&mut event.below)?;
    codec.u32(&mut event.zeros)?;
    codec.u32(&mut event.calm)?;
    let (mut kind, mut member) = match event.noticed {
        Noticed::Range(member) => (0, member),
        Noticed::Distance => (1, 0),
        Noticed::Absence => (2, 0),
        Noticed::First => (3, 0),
        Noticed::Trend => (4, 0),
        Noticed::Zeros => (5, 0),
    };
    codec.u8(&mut kind)?;
    codec.u8(&mut member)?;
    event.noticed = match kind {
        0 => Noticed::Range(member),
        1 => Noticed::Distance,
        2 => Noticed::Absence,
        3 => Noticed::First,
        4 => Noticed::Trend,
        5 => Noticed::Zeros,
        _ => return Err(codec.damaged()),
    };
    codec.bool(&mut event.is_in_range)
}
