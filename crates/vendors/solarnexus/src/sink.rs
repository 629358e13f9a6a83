//! The sink: an account of SolarNexus and the way to it.

use leadsink_core::{
    Attempt, ConfigError, DeliverContext, Descriptor, HttpRequest, HttpResponse, HttpVendor, Lead, Outcome,
    PrepareContext, Prepared, Reconciliation, Result, Unfit, Vendor,
};
use leadsink_leadconduit::Client;

use crate::config::SolarNexusConfig;
use crate::descriptor::DESCRIPTOR;
use crate::direct::Direct;
use crate::{mapping, names, response};

/// An account of SolarNexus. `Debug` holds no ids of a flow and no credentials.
#[derive(Clone, Debug)]
pub struct SolarNexus {
    config: SolarNexusConfig,
    way: Way,
}

/// How the account is reached.
#[derive(Clone, Debug)]
enum Way {
    /// Through a flow of LeadConduit.
    Through(Box<Client>),
    /// To an address of the caller's.
    Direct(Box<Direct>),
}

impl Vendor for SolarNexus {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = SolarNexusConfig;

    fn from_config(config: SolarNexusConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let stand_in = config.base_url.as_ref();
        let way = match (&config.leadconduit, &config.direct) {
            (Some(flow), None) => {
                let client = Client::new(flow.clone(), stand_in).map_err(below_flow)?;
                names::check(&config, &client)?;
                Way::Through(Box::new(client))
            }
            (None, Some(direct)) => {
                if !config.names.is_empty() {
                    let message = "it names the variables of a flow, and `direct` has none; leave the key out";
                    return Err(ConfigError::invalid("names", message));
                }
                Way::Direct(Box::new(Direct::new(direct, stand_in)?))
            }
            (Some(_), Some(_)) => {
                let message = "`leadconduit` is another way to the same account; give one of the two";
                return Err(ConfigError::invalid("direct", message));
            }
            (None, None) => {
                return Err(ConfigError::Missing {
                    key: "leadconduit",
                    doc: "The table of the flow through which SolarNexus is reached, with its `url`; or `direct`.",
                });
            }
        };
        Ok(Self { config, way })
    }
}

/// The same complaint with the table in which the key stands.
fn below_flow(error: ConfigError) -> ConfigError {
    let key = format!("leadconduit.{}", error.key());
    match error {
        ConfigError::Missing { doc, .. } => ConfigError::invalid(key, format!("it is missing: {doc}")),
        ConfigError::Invalid { message, .. } => ConfigError::invalid(key, message),
        other => other,
    }
}

impl HttpVendor for SolarNexus {
    fn facts(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        match &self.way {
            Way::Through(client) => mapping::through(client, &self.config, lead),
            Way::Direct(direct) => direct.map(&self.config, lead),
        }
    }

    fn authorize(&self, request: &mut HttpRequest) -> Result<()> {
        match &self.way {
            Way::Through(client) => client.authorize(request),
            Way::Direct(direct) => direct.authorize(request),
        }
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome> {
        match &self.way {
            Way::Through(client) => response::through(client, response, attempt),
            Way::Direct(_) => response::direct(response, prepared),
        }
    }

    async fn look_up(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        match &self.way {
            Way::Through(client) => client.look_up(prepared, cx).await,
            Way::Direct(_) => Ok(Reconciliation::Unsupported),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use leadsink_core::LeadSink;
    use leadsink_testkit::{Answer, ScriptedTransport, block_on, fixtures};

    use super::*;

    fn of(json: &str) -> Result<SolarNexus, ConfigError> {
        SolarNexus::from_config(serde_json::from_str(json).unwrap())
    }

    const FLOW: &str = r#""leadconduit":{"flow_id":"0f9a4c7e0f9a4c7e0f9a4c7e","source_id":"58c6f0b1a2b3c4d5e6f70819"}"#;
    const DIRECT: &str = r#""direct":{"url":"https://solar.example.com/projects","value":"s3cret"}"#;

    #[test]
    fn there_is_one_way_and_no_more() {
        assert!(matches!(of(&format!("{{{FLOW}}}")).unwrap().way, Way::Through(_)));
        assert!(matches!(of(&format!("{{{DIRECT}}}")).unwrap().way, Way::Direct(_)));
        assert_eq!(of("{}").unwrap_err().key(), "leadconduit");
        assert_eq!(of(&format!("{{{FLOW},{DIRECT}}}")).unwrap_err().key(), "direct");
    }

    #[test]
    fn a_complaint_names_the_table() {
        let table = [
            (r#"{"leadconduit":{}}"#, "leadconduit.url"),
            (r#"{"leadconduit":{"url":"https://example.com/"}}"#, "leadconduit.url"),
            (
                r#"{"leadconduit":{"flow_id":"0f9a4c7e0f9a4c7e0f9a4c7e"}}"#,
                "leadconduit.source_id",
            ),
            (r#"{"direct":{"url":"example.com"}}"#, "direct.url"),
        ];
        for (json, key) in table {
            assert_eq!(of(json).unwrap_err().key(), key, "{json}");
        }
        let renamed = format!(r#"{{{FLOW},"names":{{"project.names":"x"}}}}"#);
        assert_eq!(of(&renamed).unwrap_err().key(), "names.project.names");
        let renamed = format!(r#"{{{DIRECT},"names":{{"project.name":"x"}}}}"#);
        assert_eq!(of(&renamed).unwrap_err().key(), "names");
    }

    #[test]
    fn attributes_are_checked_for_the_way_that_they_go() {
        let table = [
            (r#"{"hoa":"x","hoa.name":"y"}"#, Some("attributes"), None),
            (r#"{"1234":"x"}"#, Some("attributes.1234"), None),
            (r#"{"roof colour":"x"}"#, Some("attributes.roof colour"), None),
            (r#"{" ":"x"}"#, Some("attributes. "), Some("attributes. ")),
            (r#"{"hoa":[]}"#, Some("attributes.hoa"), Some("attributes.hoa")),
            (r#"{"hoa.name":"y","hoa_fee":12}"#, None, None),
        ];
        for (attributes, through, direct) in table {
            for (way, key) in [(FLOW, through), (DIRECT, direct)] {
                let result = of(&format!(r#"{{{way},"attributes":{attributes}}}"#));
                assert_eq!(result.as_ref().err().map(ConfigError::key), key, "{attributes}");
            }
        }
    }

    #[test]
    fn a_request_waits_longer_than_a_flow_waits_for_solarnexus() {
        let sink = of(&format!("{{{FLOW}}}")).unwrap();
        let lead = fixtures::full_lead();
        let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
        let transport = ScriptedTransport::new([Answer::json(201, r#"{"outcome":"success"}"#)]);
        block_on(sink.deliver(&prepared, &transport.context())).unwrap();
        assert!(transport.seen()[0].timeout > Duration::from_secs(360));
    }

    #[test]
    fn a_delivery_in_doubt_is_looked_for_through_a_flow_only() {
        let flow = FLOW.replace('}', r#","events_api_key":"k3y"}"#);
        let lead = fixtures::full_lead();
        let told = |json: &str, script: &[Answer]| {
            let sink = of(json).unwrap();
            let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
            let transport = ScriptedTransport::new(script.iter().cloned());
            block_on(sink.reconcile(&prepared, &transport.context())).unwrap()
        };
        assert_eq!(told(&format!("{{{DIRECT}}}"), &[]), Reconciliation::Unsupported);
        let none = [Answer::json(200, "[]")];
        assert!(matches!(
            told(&format!("{{{flow}}}"), &none),
            Reconciliation::Undecided(_)
        ));
    }

    #[test]
    fn debug_holds_no_secret() {
        for json in [FLOW, DIRECT] {
            let debug = format!("{:?}", of(&format!("{{{json}}}")).unwrap());
            for secret in ["s3cret", "0f9a4c7e", "58c6f0b1"] {
                assert!(!debug.contains(secret), "{debug}");
            }
        }
    }
}
