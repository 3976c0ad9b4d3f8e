using System.Text.Json;

namespace Histories.Recording;

/// <summary>
/// Reads histories as the load generator writes them: a JSON object a line,
/// <c>{"process", "op", "key", "input", "output", "start_ns", "end_ns", "status"}</c>.
/// Strict, since a misread history would let a broken store pass: an unknown or repeated property, a value of the wrong
/// kind and an output that no answer can have given are errors that name the line.
/// </summary>
public static class HistoryReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    private static readonly string[] Properties = ["process", "op", "key", "input", "output", "start_ns", "end_ns", "status"];

    /// <exception cref="HistoryFormatException">A line is wrong.</exception>
    public static History Read(TextReader source)
    {
        List<Operation> operations = [];
        for (int line = 1; source.ReadLine() is { } text; line++)
        {
            operations.Add(ReadLine(text, line));
        }

        return new History(operations);
    }

    private static Operation ReadLine(string text, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return ReadOperation(new JsonFields(document.RootElement, line, "the operation", Properties), line);
        }
        catch (JsonException exception)
        {
            throw new HistoryFormatException(line, $"not one JSON object: {exception.Message}", exception);
        }
    }

    private static Operation ReadOperation(JsonFields fields, int line)
    {
        Operation operation = ReadRequest(fields) with
        {
            Process = fields.Name("process"),
            Status = ReadStatus(fields),
            StartNs = fields.Number("start_ns") ?? throw new HistoryFormatException(line, "\"start_ns\" is missing"),
            EndNs = fields.Number("end_ns"),
        };
        if (operation.EndNs is null && operation.Status != OperationStatus.Unknown)
        {
            throw new HistoryFormatException(line, "\"end_ns\" is missing: only an operation of unknown fate has no end");
        }

        if (operation.EndNs < operation.StartNs)
        {
            throw new HistoryFormatException(line, $"ends at {operation.EndNs}, before its start at {operation.StartNs}");
        }

        if (operation.Status == OperationStatus.Ok)
        {
            return ReadAnswer(operation, fields);
        }

        fields.MustBeNull("output", "an operation without an answer has no output");
        return operation;
    }

    private static OperationStatus ReadStatus(JsonFields fields) => fields.Text("status") switch
    {
        "ok" => OperationStatus.Ok,
        "fail" => OperationStatus.Fail,
        "unknown" => OperationStatus.Unknown,
        var other => throw fields.Wrong("status", $"is \"{other}\", not ok, fail or unknown"),
    };

    private static Operation ReadRequest(JsonFields fields)
    {
        string op = fields.Text("op");
        switch (op)
        {
            case "get":
                fields.MustBeNull("input", "a get has none");
                return Operation.Get(fields.Text("key"), null);
            case "put":
                return Operation.Put(fields.Text("key"), fields.Text("input"));
            case "cas":
                JsonFields swap = fields.Object("input", "old", "new");
                return Operation.Cas(fields.Text("key"), swap.TextOrNull("old"), swap.Text("new"), swapped: false);
            case "delete":
                fields.MustBeNull("input", "a delete has none");
                return Operation.Delete(fields.Text("key"));
            case "txn":
                fields.MustBeNull("key", "a txn names its keys in its input");
                JsonFields input = fields.Object("input", "reads", "writes");
                return Operation.Txn(input.DistinctTexts("reads").Select(key => (key, (string?)null)), input.TextMap("writes"));
            default:
                throw fields.Wrong("op", $"is \"{op}\", not get, put, cas, delete or txn");
        }
    }

    private static Operation ReadAnswer(Operation request, JsonFields fields)
    {
        switch (request.Kind)
        {
            case OperationKind.Get:
                return request with { Output = fields.TextOrNull("output") };
            case OperationKind.Cas:
                return request with { Swapped = fields.Bool("output") };
            case OperationKind.Txn:
                return request with { ReadValues = fields.Values("output", request.Reads) };
            default:
                fields.MustBeNull("output", "neither a put nor a delete has one");
                return request;
        }
    }
}
