//! The server: one task that accepts connections and makes call backs, and ends all of them with itself.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::callback::{self, Callback};
use crate::exchange::exchange;
use crate::handle::Shared;
use crate::socket::{Poison, Socket};

/// How long connections may take to end when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);
/// How long to wait before accepting again, when the machine has no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Waits until the sandbox is told to stop, or is gone.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Serves until it is told to stop. Dropping the future ends every connection and call back at once.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut callbacks: mpsc::UnboundedReceiver<Callback>,
    mut stop: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut calls = JoinSet::new();
    let told = stop.clone();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let open = Open::count(&shared);
                    connections.spawn(connection(stream, open, told.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(callback) = callbacks.recv() => {
                calls.spawn(callback::make(callback, Arc::clone(&shared)));
            }
            Some(_) = connections.join_next() => {}
            Some(_) = calls.join_next() => {}
        }
    }
    drop((listener, calls));
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, ended).await;
}

/// Counts a connection as open for as long as it lives, however it ends.
struct Open(Arc<Shared>);

impl Open {
    fn count(shared: &Arc<Shared>) -> Self {
        shared.store.count(|counts| {
            counts.connections += 1;
            counts.open_connections += 1;
            counts.most_open_connections = counts.most_open_connections.max(counts.open_connections);
        });
        Self(Arc::clone(shared))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.store.count(|counts| counts.open_connections -= 1);
    }
}

async fn connection(stream: TcpStream, open: Open, mut stop: watch::Receiver<bool>) {
    // Answers are small and written at once; holding one back for the client's acknowledgement gains nothing.
    let _ = stream.set_nodelay(true);
    let poison = Poison::default();
    let socket = Socket::new(stream, poison.clone());
    let told = stop.clone();
    let shared = Arc::clone(&open.0);
    let service = service_fn(move |request| exchange(Arc::clone(&shared), request, poison.clone(), told.clone()));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(socket), service));
    // How a connection ends is the client's affair, or the fault's.
    let _ = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}
