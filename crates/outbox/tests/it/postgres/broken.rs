//! The connection breaks, at the worst moment too: as a transaction is committed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use leadsink_outbox::postgres::Role;
use leadsink_outbox::{Accepted, LeadStore as _, PostgresStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::bed::{Schema, server};
use super::lab::{lead, now};

/// When the way breaks that a commit takes.
#[derive(Clone, Copy, Debug)]
enum Breaks {
    BeforeIt,
    AfterIt,
}

/// A way to the server that does not break, by this port.
pub(crate) async fn way_at(port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    serve(listener, Breaks::BeforeIt, u32::MAX - 1);
}

/// A way to the server that breaks once at a commit after so many. Gives its port.
async fn way(breaks: Breaks, commits: u32) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    serve(listener, breaks, commits);
    port
}

fn serve(listener: TcpListener, breaks: Breaks, commits: u32) {
    let left = Arc::new(AtomicU32::new(commits + 1));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, breaks, Arc::clone(&left)));
        }
    });
}

async fn carry(client: TcpStream, breaks: Breaks, left: Arc<AtomicU32>) {
    let config: Config = server().unwrap().parse().unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match &config.get_hosts()[0] {
        Host::Tcp(host) => {
            pass(
                client,
                TcpStream::connect((host.as_str(), port)).await.unwrap(),
                breaks,
                left,
            )
            .await
        }
        Host::Unix(folder) => {
            let socket = folder.join(format!(".s.PGSQL.{port}"));
            pass(client, UnixStream::connect(socket).await.unwrap(), breaks, left).await;
        }
    }
}

async fn pass<S>(mut client: TcpStream, mut server: S, breaks: Breaks, left: Arc<AtomicU32>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut asked, mut said) = ([0; 16_384], [0; 16_384]);
    loop {
        tokio::select! {
            Ok(count @ 1..) = client.read(&mut asked) => {
                let asked = &asked[..count];
                let commits = asked.windows(6).any(|word| word == b"COMMIT");
                let breaks_now = commits && left.fetch_sub(1, Ordering::SeqCst) == 1;
                if breaks_now && matches!(breaks, Breaks::BeforeIt) {
                    return;
                }
                server.write_all(asked).await.unwrap();
                if breaks_now {
                    // The answer is there, and does not arrive.
                    let _ = server.read(&mut said).await;
                    return;
                }
            }
            Ok(count @ 1..) = server.read(&mut said) => {
                if client.write_all(&said[..count]).await.is_err() {
                    return;
                }
            }
            else => return,
        }
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_looked_up() {
    for breaks in [Breaks::BeforeIt, Breaks::AfterIt] {
        let Some(schema) = Schema::new().await else {
            return;
        };
        // The first commit is that of the tables.
        let address = schema.address_by(way(breaks, 1).await);
        let store = PostgresStore::open(&address, Role::Visitor).await.unwrap();
        let answers = store.accept(vec![lead("a")], now()).await.unwrap();
        // Where it was not kept it is kept now; where it was, it is no duplicate of itself.
        assert!(matches!(answers[..], [Accepted::New { .. }]), "{breaks:?}: {answers:?}");
        assert_eq!(store.counts().await.unwrap()[0].deliveries, 1, "{breaks:?}");
    }
}

#[tokio::test]
async fn connections_that_the_server_ended_are_made_anew() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let store = schema.worker().await;
    for key in ["a", "b"] {
        store.accept(vec![lead(key)], now()).await.unwrap();
        store.counts().await.unwrap();
        schema.end_all().await;
    }
    assert_eq!(store.counts().await.unwrap()[0].deliveries, 2);
    // It listens again.
    store.woken().await;
    store.woken().await;
}
