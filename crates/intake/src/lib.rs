#![doc = include_str!("../README.md")]

mod file;
pub mod value;

pub use file::{
    Column, Delimiter, Duplicates, Encoding, Format, Layout, LeadReader, MappingError, MappingProblem, ReadError,
    ReadErrorKind, ReadOptions, Record, Row, RowNote, RowOutcome, Summary, Target, UnknownName, open,
    parse_mapping_file, read,
};
