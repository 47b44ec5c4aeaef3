//! A frame as text.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr as _;

/// The lines of a frame, without colours and without the spaces at their ends.
#[must_use]
pub fn frame_text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut text = String::new();
    for y in area.top()..area.bottom() {
        let mut line = String::new();
        let mut skip = 0_usize;
        for x in area.left()..area.right() {
            let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
            // A wide character takes the cell behind it, too.
            if skip > 0 {
                skip -= 1;
                continue;
            }
            line.push_str(symbol);
            skip = symbol.width().saturating_sub(1);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
