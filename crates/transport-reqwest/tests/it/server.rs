//! A server that does what a test tells it, byte by byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the server does next on a connection; when it has nothing more to do it closes.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// Reads one request to the end of its JSON body.
    Read,
    /// Writes these bytes.
    Write(&'static str),
    /// Writes this many bytes of filling.
    Flood(usize),
    /// Says nothing for ever.
    Hold,
    /// Resets the connection.
    Reset,
}

/// A server on this machine that plays the same steps on every connection.
pub(crate) struct Server {
    pub(crate) port: u16,
    received: Arc<Mutex<String>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start(steps: &'static [Step]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (received, connections) = (Arc::<Mutex<String>>::default(), Arc::<AtomicUsize>::default());
        let (log, count) = (Arc::clone(&received), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(play(stream, steps, Arc::clone(&log)));
            }
        });
        Self {
            port,
            received,
            connections,
        }
    }

    pub(crate) fn received(&self) -> String {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn play(mut stream: TcpStream, steps: &'static [Step], log: Arc<Mutex<String>>) {
    for step in steps {
        match step {
            Step::Read => {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.ends_with(b"}") {
                    match stream.read(&mut buffer).await {
                        Ok(n) if n > 0 => request.extend_from_slice(&buffer[..n]),
                        _ => return,
                    }
                }
                log.lock().unwrap().push_str(&String::from_utf8_lossy(&request));
            }
            Step::Write(text) => stream.write_all(text.as_bytes()).await.unwrap(),
            Step::Flood(bytes) => {
                let block = vec![b' '; 64 * 1024];
                for _ in 0..bytes / block.len() {
                    if stream.write_all(&block).await.is_err() {
                        return;
                    }
                }
            }
            Step::Hold => std::future::pending().await,
            Step::Reset => return stream.set_zero_linger().unwrap(),
        }
    }
}
