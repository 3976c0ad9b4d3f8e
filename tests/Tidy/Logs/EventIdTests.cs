namespace Tidy.Logs;

[TestFixture]
public sealed class EventIdTests
{
    [Test]
    public void Every_log_message_has_an_event_id_of_its_own() => Expect.Nothing(EventIdRule.Check(Repository.Here.Files(".cs", "src")));

    [Test]
    public void Different_ids_pass_however_they_are_written() =>
        Expect.Nothing(EventIdRule.Check([Log("[LoggerMessage(EventId = 1)]", "[LoggerMessage(2, LogLevel.Debug, \"x\")]", "[LoggerMessage(eventId: 3)]")]));

    [TestCase("[LoggerMessage(EventId = 7)]", "[LoggerMessage(7, LogLevel.Debug, \"x\")]", "event id 7 belongs to a.cs:3")]
    [TestCase("[LoggerMessage(EventId = 7)]", "[LoggerMessage(LogLevel.Debug, \"x\")]", "has no event id")]
    public void A_borrowed_or_missing_id_is_refused(string first, string second, string sentence) =>
        Expect.One(EventIdRule.Check([Log(first, second)]), 4, sentence);

    private static SourceFile Log(params string[] attributes) =>
        new("a.cs", "partial class Log\n{\n" + string.Concat(attributes.Select((a, i) => $"    {a} partial void M{i}();\n")) + "}\n");
}
