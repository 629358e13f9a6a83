//! A way from a worker to the server that can be cut: nothing goes either way, and nobody is told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The end of the statement that writes an attempt down before it is sent.
const BEGINS: &[u8] = b"repeat_safe, prepared)";

/// One end of a connection.
trait End: Read + Write + Send {
    fn twin(&self) -> Box<dyn End>;
    fn close(&self);
}

macro_rules! end {
    ($stream:ty) => {
        impl End for $stream {
            fn twin(&self) -> Box<dyn End> {
                Box::new(self.try_clone().unwrap())
            }

            fn close(&self) {
                // It may be closed already.
                let _ = self.shutdown(Shutdown::Both);
            }
        }
    };
}

end!(TcpStream);
end!(UnixStream);

#[derive(Default)]
struct State {
    is_cut: bool,
    /// The next answer to the commit of an attempt that begins is kept back.
    is_set: bool,
    keeps_back: bool,
    has_trapped: bool,
    open: Vec<Box<dyn End>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changed.notify_all();
    }

    fn wait_while(&self, is_so: impl Fn(&State) -> bool) {
        let mut state = self.state();
        while is_so(&state) {
            state = self.changed.wait(state).unwrap();
        }
    }
}

/// A way to a server.
pub(super) struct Way {
    pub(super) port: u16,
    shared: Arc<Shared>,
}

impl Way {
    /// A way to the server of that address.
    pub(super) fn to(server: &str) -> Self {
        let config: Config = server.parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let of_all = Arc::clone(&shared);
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let (config, shared) = (config.clone(), Arc::clone(&of_all));
                thread::spawn(move || join(Box::new(client), &config, &shared));
            }
        });
        Self { port, shared }
    }

    /// Lets nothing through any more. Connections stay, and new ones are made; nothing comes back.
    pub(super) fn cut(&self) {
        self.shared.change(|state| state.is_cut = true);
    }

    /// Lets through what was underway. Every second connection does not live to see it, as where a router has forgotten it.
    pub(super) fn mend(&self) {
        self.shared.change(|state| {
            state.is_cut = false;
            for end in state.open.drain(..).step_by(2) {
                end.close();
            }
        });
    }

    /// Keeps the answer back that tells the worker that it may send.
    pub(super) fn set_trap(&self) {
        self.shared.change(|state| state.is_set = true);
    }

    /// Whether the server has been told, and the worker has no answer.
    pub(super) fn has_trapped(&self) -> bool {
        self.shared.state().has_trapped
    }

    /// Gives the answer.
    pub(super) fn release(&self) {
        self.shared.change(|state| state.keeps_back = false);
    }
}

fn join(client: Box<dyn End>, config: &Config, shared: &Arc<Shared>) {
    shared.wait_while(|state| state.is_cut);
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let server: Box<dyn End> = match &config.get_hosts()[0] {
        Host::Tcp(host) => Box::new(TcpStream::connect((host.as_str(), port)).unwrap()),
        Host::Unix(folder) => Box::new(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).unwrap()),
    };
    shared.change(|state| state.open.push(client.twin()));
    let back = {
        let (server, client, shared) = (server.twin(), client.twin(), Arc::clone(shared));
        thread::spawn(move || {
            carry(server, client, |_| {
                shared.wait_while(|state| state.is_cut || state.keeps_back);
            });
        })
    };
    let mut begins = false;
    carry(client, server, |asked| {
        shared.wait_while(|state| state.is_cut);
        let has = |word: &[u8]| asked.windows(word.len()).any(|part| part == word);
        begins |= has(BEGINS);
        if begins && has(b"COMMIT") {
            begins = false;
            shared.change(|state| {
                if std::mem::take(&mut state.is_set) {
                    state.keeps_back = true;
                    state.has_trapped = true;
                }
            });
        }
    });
    back.join().unwrap();
}

/// Carries what comes from one end to the other, each piece after a word about it.
fn carry(mut from: Box<dyn End>, mut to: Box<dyn End>, mut before: impl FnMut(&[u8])) {
    let mut piece = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        before(&piece[..count]);
        if to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    from.close();
    to.close();
}
