//! What only the store on PostgreSQL does. The server is that of `cargo xtask test`.

mod bed;
mod broken;
mod lab;
mod lease;
mod server;
mod several;

pub(crate) use bed::PostgresBed;
