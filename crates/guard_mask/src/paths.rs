//! Fields of JSON by their path: one walk over the line that keeps the way to where it is.

use crate::Hit;
use crate::bytes::{at, part, skip};
use crate::fields::{Step, normal};
use crate::kind::Kind;
use crate::value::{Quote, container_end, is_nothing};

/// Deepest nesting that paths are followed into.
const MAX_DEPTH: usize = 64;

/// Finds the values at the paths. JSON in a text of JSON is walked into.
pub(crate) fn find(line: &[u8], paths: &[Vec<Step>], hits: &mut Vec<Hit>) {
    let mut place = 0;
    // A record may have a prefix: `INFO {"user": …`.
    while let Some(start) = part(line, place..line.len()).iter().position(|byte| *byte == b'{') {
        let start = place + start;
        let mut walk = Walk { line, paths, hits, way: Vec::new() };
        place = walk.value(start, 0, line.len(), 0).max(start + 1);
    }
}

struct Walk<'a> {
    line: &'a [u8],
    paths: &'a [Vec<Step>],
    hits: &'a mut Vec<Hit>,
    way: Vec<Step>,
}

impl Walk<'_> {
    /// Walks over the value at `place`, texts within `backslashes`; gives the place behind it.
    fn value(&mut self, place: usize, backslashes: usize, limit: usize, depth: usize) -> usize {
        let start = self.space(place, limit);
        if self.is_wanted() {
            return self.mask(start, backslashes, limit);
        }
        match at(self.line, start) {
            b'{' if depth < MAX_DEPTH => self.members(start + 1, backslashes, limit, depth),
            b'[' if depth < MAX_DEPTH => self.elements(start + 1, backslashes, limit, depth),
            _ => self.leaf(start, backslashes, limit, depth),
        }
    }

    fn leaf(&mut self, start: usize, backslashes: usize, limit: usize, depth: usize) -> usize {
        let Some((quote, content)) = self.quote(start, backslashes) else {
            return skip(self.line, start, |byte| !matches!(byte, b',' | b'}' | b']')).min(limit);
        };
        let (end, behind) = quote.content_end(self.line, content);
        let (end, behind) = (end.min(limit), behind.min(limit));
        let first = self.space(content, end);
        if matches!(at(self.line, first), b'{' | b'[') && backslashes < 7 && depth < MAX_DEPTH {
            self.value(first, 2 * backslashes + 1, end, depth + 1);
        }
        behind
    }

    fn members(&mut self, from: usize, backslashes: usize, limit: usize, depth: usize) -> usize {
        let mut place = from;
        loop {
            place = self.space(place, limit);
            let Some((quote, content)) = self.quote(place, backslashes).filter(|_| place < limit)
            else {
                return (place + 1).min(limit);
            };
            let (end, behind) = quote.content_end(self.line, content);
            let colon = self.space(behind, limit);
            if at(self.line, colon) != b':' || colon >= limit {
                return colon.min(limit);
            }
            self.way.push(Step::Member(normal(part(self.line, content..end))));
            place = self.value(colon + 1, backslashes, limit, depth + 1);
            self.way.pop();
            place = self.space(place, limit);
            if at(self.line, place) != b',' || place >= limit {
                return (place + 1).min(limit);
            }
            place += 1;
        }
    }

    fn elements(&mut self, from: usize, backslashes: usize, limit: usize, depth: usize) -> usize {
        let mut place = from;
        let mut index = 0;
        loop {
            place = self.space(place, limit);
            if at(self.line, place) == b']' || place >= limit {
                return (place + 1).min(limit);
            }
            self.way.push(Step::Element(index));
            place = self.value(place, backslashes, limit, depth + 1);
            self.way.pop();
            index += 1;
            place = self.space(place, limit);
            if at(self.line, place) != b',' || place >= limit {
                return (place + 1).min(limit);
            }
            place += 1;
        }
    }

    fn mask(&mut self, start: usize, backslashes: usize, limit: usize) -> usize {
        if let Some((quote, content)) = self.quote(start, backslashes) {
            let (end, behind) = quote.content_end(self.line, content);
            if end > content {
                self.hits.push(Hit::new(content..end.min(limit), Kind::Field));
            }
            return behind.min(limit);
        }
        let quote = Quote { backslashes, byte: b'"' };
        let end = if matches!(at(self.line, start), b'{' | b'[') {
            container_end(self.line, start, Some(quote)).unwrap_or(limit).min(limit)
        } else {
            skip(self.line, start, |byte| !matches!(byte, b',' | b'}' | b']' | b' ')).min(limit)
        };
        if end > start && !is_nothing(part(self.line, start..end)) {
            self.hits.push(Hit {
                range: start..end,
                kind: Kind::Field,
                quote: Some(quote),
                is_quoted: false,
                is_open: false,
            });
        }
        end
    }

    fn quote(&self, place: usize, backslashes: usize) -> Option<(Quote, usize)> {
        Quote::opens(self.line, place)
            .filter(|(quote, _)| *quote == Quote { backslashes, byte: b'"' })
    }

    /// Behind spaces, and behind line ends as a text of JSON writes them.
    fn space(&self, place: usize, limit: usize) -> usize {
        let mut place = place;
        while place < limit {
            match (at(self.line, place), at(self.line, place + 1)) {
                (b' ' | b'\t' | b'\n' | b'\r', _) => place += 1,
                (b'\\', b'n' | b'r' | b't') => place += 2,
                _ => break,
            }
        }
        place
    }

    fn is_wanted(&self) -> bool {
        self.paths.iter().any(|path| {
            path.len() == self.way.len()
                && path
                    .iter()
                    .zip(&self.way)
                    .all(|(wanted, found)| *wanted == Step::Any || wanted == found)
        })
    }
}
