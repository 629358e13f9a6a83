//! Gathers what many deliveries tell the store at the same time into one call, which costs the store one commit.

use tokio::sync::{mpsc, oneshot};

use crate::error::{StoreError, StoreErrorKind};

/// So much in one call at most.
const MOST: usize = 512;

type Waiting<In, Out> = (In, oneshot::Sender<Result<Out, StoreError>>);

/// The entrance of a queue of calls.
#[derive(Debug)]
pub(super) struct Batch<In, Out>(mpsc::UnboundedSender<Waiting<In, Out>>);

/// The other end of it.
#[derive(Debug)]
pub(super) struct Queue<In, Out>(mpsc::UnboundedReceiver<Waiting<In, Out>>);

/// A queue. Only deliveries that have a slot use it, so it is as short as there are slots.
pub(super) fn queue<In, Out>() -> (Batch<In, Out>, Queue<In, Out>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    (Batch(sender), Queue(receiver))
}

impl<In, Out> Batch<In, Out> {
    /// Hands one in and waits for its answer.
    pub(super) async fn call(&self, one: In) -> Result<Out, StoreError> {
        let (sender, answer) = oneshot::channel();
        // An error in either place says that the queue's task is gone.
        if self.0.send((one, sender)).is_err() {
            return Err(ended());
        }
        answer.await.unwrap_or_else(|_| Err(ended()))
    }
}

impl<In, Out> Queue<In, Out> {
    /// Calls with all that came in while the call before was under way.
    pub(super) async fn serve<F>(mut self, mut call: impl FnMut(Vec<In>) -> F)
    where
        F: Future<Output = Result<Vec<Out>, StoreError>>,
    {
        let mut waiting = Vec::new();
        while self.0.recv_many(&mut waiting, MOST).await > 0 {
            let (given, callers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
            match call(given).await {
                Ok(answers) => {
                    for (caller, answer) in callers.into_iter().zip(answers) {
                        // Who asked may have gone.
                        let _ = caller.send(Ok(answer));
                    }
                }
                Err(error) => {
                    for caller in callers {
                        let _ = caller.send(Err(error.clone()));
                    }
                }
            }
        }
    }
}

fn ended() -> StoreError {
    StoreError::new(StoreErrorKind::Closed, "the dispatcher has ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_together_goes_together_and_each_gets_its_own_answer() {
        let (batch, queue) = queue();
        let (calls, mut called) = mpsc::unbounded_channel();
        let server = tokio::spawn(queue.serve(move |given: Vec<u32>| {
            let _ = calls.send(given.len());
            async move { Ok(given.into_iter().map(|n| n * 10).collect()) }
        }));
        let answers = futures_util::future::join_all((1..=3).map(|n| batch.call(n))).await;
        assert_eq!(answers, [Ok(10), Ok(20), Ok(30)]);
        assert_eq!(called.recv().await, Some(3));
        drop(batch);
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_call_that_fails_fails_for_all_of_it() {
        let (batch, queue) = queue::<u32, u32>();
        let full = StoreError::new(StoreErrorKind::Full, "no room");
        let error = full.clone();
        tokio::spawn(queue.serve(move |_| std::future::ready(Err(error.clone()))));
        let (one, two) = tokio::join!(batch.call(1), batch.call(2));
        assert_eq!((one, two), (Err(full.clone()), Err(full)));
    }
}
