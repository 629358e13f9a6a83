//! What only the store on PostgreSQL does. The server is that of `cargo xtask test`.

mod bed;
mod broken;
mod lab;
mod lease;
mod server;
mod several;
mod tls;

pub(crate) use bed::PostgresBed;
