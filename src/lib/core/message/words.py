"""Our words in every language (contract §4)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    greeting: str
    about: str
    talked: str
    missed: str
    closing: str
    someone: str  # a template's {{1}} when the name is unknown
    something: str  # a template's {{2}} when there is no summary


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
    ),
    "en": Words(
        greeting="Hello{name}! 👋",
        about="We have just finished a conversation and I would like to keep talking with you about: {summary}",
        talked="We have just spoken on the phone and I would like to continue the conversation with you here.",
        missed="We tried to reach you by phone and could not; I would like to continue the conversation with you here.",
        closing="Please share your questions or comments so that I can help you better. 😊",
        someone="there",
        something="our conversation",
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
    ),
}
