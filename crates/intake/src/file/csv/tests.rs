//! Records whatever the blocks in which they come.

use std::io::{self, Read};

use super::*;
use crate::file::decode::Decoder;

/// Gives a few bytes at a time.
struct Drops(&'static [u8], usize);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len()).min(self.0.len());
        let (now, later) = self.0.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.0 = later;
        Ok(length)
    }
}

fn read(text: &'static str, block: usize) -> Vec<String> {
    let window = Window::new(
        Box::new(Drops(text.as_bytes(), block)),
        Decoder::new(Encoding::Utf8, false, 0),
    );
    let mut csv = Csv::new(window, b',');
    csv.set_width(3, 3);
    let mut found = Vec::new();
    while let Some(record) = csv.next().unwrap() {
        let Content::Cells(cells) = record.content else {
            unreachable!("CSV has cells");
        };
        let fault = record.fault.map(Fault::into_message).unwrap_or_default();
        let fault = fault.split_once(';').map_or("", |(what, _)| what);
        found.push(format!("{}:{}{fault}", record.line, cells.join("|")));
    }
    found
}

#[test]
fn blocks_make_no_difference() {
    let text = "a,b,c\r\n\"x,\"\"y\"\"\n\", é ,\r\n\n\"q\"r,\"\",  \"s\" \n1,\"2\n3,4,5\n6,\"7\",8\n,,\r9,\"10";
    let wanted = [
        "1:a|b|c",
        "2:x,\"y\"\n| é |",
        "5:qr||s",
        "6:1|\"2a quote opens a field and nothing closes it",
        "7:3|4|5",
        "8:6|7|8",
        "9:||",
        "9:9|\"10a quote opens a field and nothing closes it",
    ];
    for block in [1, 2, 3, 5, 7, 1000] {
        assert_eq!(read(text, block), wanted, "{block}");
    }
}

#[test]
fn noise_is_read_to_its_end_in_any_blocks() {
    // A small linear congruential generator is noise enough, and the same in every run.
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b"a,\"\n\r ;\xc3\xa9\0b"[(state >> 24) as usize % 11]
    };
    for _ in 0..300 {
        let noise: Vec<u8> = (0..60).map(|_| next()).collect();
        let text: &'static str = String::from_utf8_lossy(&noise).into_owned().leak();
        let whole = read(text, 1000);
        for block in [1, 4] {
            assert_eq!(read(text, block), whole, "{text:?}");
        }
    }
}
