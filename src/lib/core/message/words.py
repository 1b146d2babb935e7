"""Our words in every language (contract §4)."""

from collections.abc import Mapping

from ..frozen import frozen

NOTHING = "—"  # where a template or a text shows what the call did not find out: Twilio refuses an empty variable


@frozen
class Words:
    greeting: str
    about: str
    talked: str
    missed: str
    closing: str
    someone: str  # a template's {{1}} when the name is unknown
    something: str  # a template's {{2}} when there is no summary
    yes: str  # a result that is true
    no: str
    sms_about: str  # SMS have two segments, and letters without accents: these are folded when they leave
    sms_talked: str
    sms_missed: str
    subject: str  # of an e-mail; the brand follows
    subject_missed: str


WORDS: Mapping[str, Words] = {
    "es": Words(
        greeting="¡Hola{name}! 👋",
        about="Hemos completado una conversación y me gustaría seguir hablando contigo sobre: {summary}",
        talked="Acabamos de tener una conversación telefónica y me gustaría continuar el diálogo contigo por aquí.",
        missed="Intentamos comunicarnos contigo por teléfono y no lo logramos; "
        "me gustaría continuar el diálogo contigo por aquí.",
        closing="Por favor, comparte tus dudas o comentarios para que pueda ayudarte mejor. 😊",
        someone="cliente",
        something="nuestra conversación",
        yes="sí",
        no="no",
        sms_about="Hablamos por teléfono y me gustaría continuar por aquí. Tema: {summary}",
        sms_talked="Hablamos por teléfono y me gustaría continuar la conversación por aquí.",
        sms_missed="Te llamamos y no logramos hablar contigo; me gustaría continuar por aquí.",
        subject="Sobre nuestra conversación",
        subject_missed="No logramos hablar contigo por teléfono",
    ),
    "en": Words(
        greeting="Hello{name}! 👋",
        about="We have just finished a conversation and I would like to keep talking with you about: {summary}",
        talked="We have just spoken on the phone and I would like to continue the conversation with you here.",
        missed="We tried to reach you by phone and could not; I would like to continue the conversation with you here.",
        closing="Please share your questions or comments so that I can help you better. 😊",
        someone="there",
        something="our conversation",
        yes="yes",
        no="no",
        sms_about="We spoke on the phone and I would like to continue here. About: {summary}",
        sms_talked="We spoke on the phone and I would like to continue the conversation here.",
        sms_missed="We called you and could not reach you; I would like to continue here.",
        subject="About our conversation",
        subject_missed="We could not reach you by phone",
    ),
    "pt": Words(
        greeting="Olá{name}! 👋",
        about="Concluímos uma conversa e eu gostaria de continuar falando com você sobre: {summary}",
        talked="Acabamos de ter uma conversa por telefone e eu gostaria de continuar o diálogo com você por aqui.",
        missed="Tentamos falar com você por telefone e não conseguimos; "
        "eu gostaria de continuar o diálogo com você por aqui.",
        closing="Por favor, compartilhe suas dúvidas ou comentários para que eu possa ajudar melhor. 😊",
        someone="cliente",
        something="nossa conversa",
        yes="sim",
        no="não",
        sms_about="Falamos por telefone e eu gostaria de continuar por aqui. Assunto: {summary}",
        sms_talked="Falamos por telefone e eu gostaria de continuar a conversa por aqui.",
        sms_missed="Ligamos e não conseguimos falar com você; eu gostaria de continuar por aqui.",
        subject="Sobre nossa conversa",
        subject_missed="Não conseguimos falar com você por telefone",
    ),
}
