//! The strict reading of the document's table: what it labels "required" in lower case is required too.

use leadsink_core::{Field, Findings, Problem};

use crate::config::NthermConfig;
use crate::wire::PostLead;

/// Demands what the document labels "required" in lower case, as a strict reading does.
pub(crate) fn demand(body: &PostLead<'_>, config: &NthermConfig, is_proven: bool, found: &mut Findings) {
    let rest = [
        // Where there is no consent at all, that is said already.
        (body.certificate_url.is_none() && is_proven, Field::CertificateUrl),
        (body.dm_name.is_none(), Field::DecisionMaker),
        (body.utility.is_none(), Field::ElectricProvider),
        (body.mailing_street.is_none(), Field::MailingStreet),
        (body.mailing_city.is_none(), Field::MailingCity),
        (body.mailing_zip.is_none(), Field::MailingPostalCode),
        (body.mailing_state.is_none(), Field::MailingState),
        (body.extra_data.is_none(), Field::Answers),
    ];
    for (_, field) in rest.into_iter().filter(|(is_missing, _)| *is_missing) {
        found.problem(demanded(field));
    }
    if config.call_back_url.is_none() {
        let message = "`strict_required` demands a `call_back_url`; set it in the config";
        found.problem(Problem::new("call_back_url_missing", message));
    }
}

fn demanded(field: Field) -> Problem {
    let message = match field {
        Field::Answers => {
            "`strict_required` demands `extra_data`, and the lead has nothing for it; give the form's `answers`".into()
        }
        Field::ElectricProvider => {
            "`strict_required` demands `electric_provider` or `gas_provider`, and the lead has neither".into()
        }
        _ => format!("`strict_required` demands `{field}`, and the lead has none that NTherm can take"),
    };
    Problem::new("required", message).at(field)
}
