//! Rows of CSV, whose cells may have several lines.

/// Columns that are kept.
const MOST_COLUMNS: usize = 64;

/// A row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line on which it begins.
    pub(crate) line: u64,
    pub(crate) cells: Vec<Vec<u8>>,
    pub(crate) is_cut: bool,
}

/// Takes CSV apart into rows.
#[derive(Debug)]
pub(crate) struct Rows {
    row: Row,
    cell: Vec<u8>,
    in_quotes: bool,
    /// The byte before was a quote within quotes.
    after_quote: bool,
    bytes: usize,
    most: usize,
    line: u64,
}

impl Rows {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            row: Row { line: 1, ..Row::default() },
            cell: Vec::new(),
            in_quotes: false,
            after_quote: false,
            bytes: 0,
            most,
            line: 1,
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Row)) {
        for byte in bytes {
            self.take(*byte, tell);
        }
    }

    pub(crate) fn finish(&mut self, tell: &mut dyn FnMut(Row)) {
        if !self.cell.is_empty() || !self.row.cells.is_empty() {
            self.end_row(tell);
        }
    }

    fn take(&mut self, byte: u8, tell: &mut dyn FnMut(Row)) {
        if self.in_quotes && !self.after_quote {
            if byte == b'"' {
                self.after_quote = true;
            } else {
                self.line += u64::from(byte == b'\n');
                self.keep(byte);
            }
            return;
        }
        if self.after_quote {
            self.after_quote = false;
            if byte == b'"' {
                self.keep(byte);
                return;
            }
            self.in_quotes = false;
        }
        match byte {
            b'"' if self.cell.is_empty() => self.in_quotes = true,
            b',' => self.end_cell(),
            b'\n' => {
                self.line += 1;
                self.end_row(tell);
            }
            b'\r' => {}
            _ => self.keep(byte),
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.bytes < self.most {
            self.bytes += 1;
            self.cell.push(byte);
        } else {
            self.row.is_cut = true;
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if self.row.cells.len() < MOST_COLUMNS {
            self.row.cells.push(cell);
        }
    }

    fn end_row(&mut self, tell: &mut dyn FnMut(Row)) {
        self.end_cell();
        self.bytes = 0;
        self.in_quotes = false;
        self.after_quote = false;
        let next = Row { line: self.line, ..Row::default() };
        let row = std::mem::replace(&mut self.row, next);
        if row.cells.iter().any(|cell| !cell.is_empty()) {
            tell(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn cells_may_have_lines_and_quotes() {
        let mut rows = Vec::new();
        let mut csv = Rows::new(100);
        csv.push(b"a,b\r\n\"x\n\"\"y\"\"\",2\n\n3", &mut |row| rows.push(row));
        csv.finish(&mut |row| rows.push(row));
        let texts: Vec<(u64, Vec<String>)> = rows
            .iter()
            .map(|row| {
                (
                    row.line,
                    row.cells.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect(),
                )
            })
            .collect();
        let cells = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            texts,
            [(1, cells(&["a", "b"])), (2, cells(&["x\n\"y\"", "2"])), (5, cells(&["3"]))]
        );
    }
}
