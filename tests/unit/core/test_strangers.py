"""What lists and mailboxes of strangers hold: the kinds that the other tests know, in spellings that nobody planned."""

from time import process_time

import pytest

from lib.core.language import code_of
from lib.core.names import as_name
from lib.core.phone import to_e164
from lib.core.voicemail import speaks

MAILBOXES = """
Hola, soy Marta, ahora mismo no puedo ponerme. Déjame un mensaje y te llamo.
Ha llamado al contestador automático de Juan. Deje su recado.
El teléfono al que llama está apagado o fuera de cobertura en este momento.
El número que ha marcado no existe. Por favor, verifique.
El usuario no se encuentra disponible. Inténtelo más tarde.
Su llamada será transferida al correo de voz.
Buzón de voz. Para dejar un mensaje presione uno.
El cliente marcado no se encuentra disponible, por favor intente más tarde.
Marque uno para dejar un mensaje
El abonado al que llama tiene el teléfono apagado
Estamos fuera de horario de atención. Deje sus datos y nos comunicaremos con usted.
Le informa que el número marcado no está disponible en este momento
El suscriptor que usted marcó no está disponible o se encuentra fuera del área de servicio
Al finalizar su mensaje, presione numeral.
The subscriber you have dialed is not available. Please try again later.
The wireless customer you are calling is not available
Your call has been forwarded to an automatic voice message system.
Sorry, I missed your call. Leave a message and I'll get back to you.
No one is available to take your call.
Press pound for more options.
The number you have reached has been disconnected or is no longer in service.
O número que você ligou não está disponível no momento.
O telefone chamado está desligado ou fora da área de cobertura.
Este número não recebe chamadas.
Chegou à caixa de correio de voz do número 912 345 678.
Secretária eletrônica de João, deixe recado.
""".strip().splitlines()
PEOPLE = """
No, no me deje mensajes, llámeme mañana.
Te dejé un mensaje de voz ayer
Sí, ya le dejé mi mensaje a su compañera
El número que marcó es el de mi mamá
¿Este es el número que marcó? No, no está Juan
El número al que llama no es el de Juan
¿Me puede dejar un mensaje después?
Déjame tu número y te llamo
Mi teléfono estaba apagado, por eso no le contesté la llamada
El cliente que llamó ayer no está interesado
El señor Paz no se encuentra
Yes, leave me alone
I'm not available right now, call me later
The person you want is not here
Can I leave a message for her after lunch?
The number you called is not mine
Sorry I missed your call
A pessoa que ligou não está interessada
O número que ligou está errado
Meu celular estava desligado quando você ligou
""".strip().splitlines()
NO_NAMES = """
Sr(a).|Sr./Sra.|Señor(a)|Estimado/a|Estimados|xx|XXXX|noname|Unnamed|Unknown Caller|Default|Test User|Nombre y Apellido
Nombres y Apellidos|[object Object]|missing|No Registra|no tiene|Ninguno|N.N.|NN|Usuario WhatsApp|Cliente Nuevo|new lead
Interesado|Recipient|Valued Customer|Sir/Madam|Dear Customer|A quien pueda interesar|To whom it may concern|Huésped|Nº
sem informação|nenhum|nulo|Indefinido|por confirmar|empty string|Not specified|sin especificar|No Data|error|Doctor
None None|NULL NULL|Cliente #12|Nuevo cliente 7
""".replace("\n", "|").strip("|")
NAMES = (
    "Dr. Null|Caro|May|Do Thi|Ñ|Xóchitl|Cliente Pérez|Rosa Amigo|Luz del Sol|Maria do Carmo|Ana de la O|Don|Noel|Paz|Li"
)


@pytest.mark.parametrize("greeting", MAILBOXES)
def test_a_machine_in_many_wordings_is_nobody(greeting: str) -> None:
    assert not speaks([greeting])


@pytest.mark.parametrize("turn", PEOPLE)
def test_a_person_who_speaks_of_calls_and_messages_is_somebody(turn: str) -> None:
    assert speaks([turn])


@pytest.mark.parametrize("text", ["numero marco ", "usuario ", "presione ", "leave a message ", "a "])
def test_the_longest_turn_is_read_in_no_time(text: str) -> None:
    began = process_time()
    speaks([text * (10_000 // len(text))])
    assert process_time() - began < 0.5  # seconds; it takes a tenth of that


@pytest.mark.parametrize("text", NO_NAMES.split("|"))
def test_words_that_only_stand_for_a_name_make_none(text: str) -> None:
    assert as_name(text) == ""


@pytest.mark.parametrize("name", NAMES.split("|"))
def test_a_name_of_common_words_is_one(name: str) -> None:
    assert as_name(name) == name


@pytest.mark.parametrize(
    "listed",
    [
        *("tel:+57-300-123-9155", "Tel. +57 300 123 9155", "Cel: +57 300 123 9155", "Móvil +573001239155"),
        *("callto:+573001239155", "sms:+573001239155", "p:+573001239155", "<+573001239155>", '="+573001239155"'),
        *("https://wa.me/573001239155", "wa.me/573001239155", "573001239155@c.us", "++573001239155"),
        *("5.73001239155E+11", "5,73001239155e11", "573001239155.0"),
    ],
)
def test_a_number_as_programs_write_it(listed: str) -> None:
    assert to_e164(listed) == "+573001239155"


@pytest.mark.parametrize(
    "listed",
    ["5.73001E+11", "5.73001239155E+12", "Cel: 300 123 9155", "+573001239155 / +573001239156", "+573001239155/206"],
)
def test_half_a_number_or_two_of_them_are_none(listed: str) -> None:
    assert to_e164(listed) == ""


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("es", "Español (Latinoamérica)|ESPAÑOL|es.UTF-8|es-419|es_LA|spa|Esp.|Castellano (España)|espagnol|esMX"),
        ("en", "EN_us|inglês|Inglés (EE. UU.)|eng-US|enUS|American English|Englisch|en-Latn-US|en_US.UTF-8"),
        ("pt", "pt-BR|PTB|por-BR|Português (Brasil)|Brazilian Portuguese|em português|brasileño|PT_pt|portugais"),
        ("", "fr|Estonian|esperanto|porque|pol|none|{{language}}|catalan|enm|zh-CN"),
    ],
)
def test_a_language_as_people_and_programs_call_it(code: str, wanted: str) -> None:
    assert {one: code_of(one) for one in wanted.split("|")} == dict.fromkeys(wanted.split("|"), code)
